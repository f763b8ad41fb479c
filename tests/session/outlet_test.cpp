#include "proxy/session/outlet.h"

#include "tests/fault/support.h"
#include "tests/session/turning_loop.h"

#include <gmock/gmock.h>
#include <sys/socket.h>

#include <array>
#include <optional>

namespace firedrill {
namespace {

using namespace test;
using Kind = Segment::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kHour = R"({"delay": "1h"})";

// An outlet into one end of a connected pair. The other keeps the borders of writes, so that a test
// can tell how many there were.
class OutletTest : public testing::Test, protected TurningLoop {
 protected:
  explicit OutletTest(int type = SOCK_SEQPACKET) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, ends.data()), 0);
    EXPECT_TRUE(stream.open(Fd(ends[0]), Stream::State::connected));
    peer = Fd(ends[1]);
  }

  // The writes that have arrived since the last call.
  std::vector<std::string> writes() {
    std::vector<std::string> all;
    std::string buffer(64_KiB, '\0');
    for (;;) {
      const ssize_t count = ::recv(peer.get(), buffer.data(), buffer.size(), 0);
      if (count <= 0) return all;
      all.push_back(buffer.substr(0, static_cast<std::size_t>(count)));
    }
  }
  std::string received() {
    std::string all;
    for (const std::string& one : writes()) all += one;
    return all;
  }
  bool at_end() {
    char byte = 0;
    return ::recv(peer.get(), &byte, 1, 0) == 0;
  }
  void send(std::string_view text) { out.send(as_bytes(text)); }
  void no_stages() { out.set_stages({}, {}); }

  static StagePlan make(std::uint64_t key, std::string_view type, std::string_view with = "{}") {
    return {key, stage(type, with)};
  }
  template <class... Plans>
  void stages(Plans... plans) {
    std::vector<StagePlan> all;
    (all.push_back(std::move(plans)), ...);
    out.set_stages(std::move(all), {});
  }

  Stream stream{loop};
  Fd peer;
  Counting producer;
  Counting owner;
  std::uint64_t total = 0;
  Outlet out{loop, stream, 16_KiB, producer, owner, total};
};

TEST_F(OutletTest, WithoutStagesBytesGoOutAtOnce) {
  send("one");
  EXPECT_TRUE(out.bypassed());
  EXPECT_TRUE(out.accepts());
  EXPECT_THAT(writes(), ElementsAre("one"));
  EXPECT_EQ(out.bytes(), 3u);
  EXPECT_EQ(total, 3u);
}

TEST_F(OutletTest, PiecesLeaveTogether) {
  const std::array<std::string_view, 3> pieces{"one", "", "two"};
  out.send(pieces);
  EXPECT_THAT(writes(), ElementsAre("onetwo"));
}

TEST_F(OutletTest, WhatIsCorkedLeavesTogether) {
  const std::array<std::string_view, 2> pieces{"two", "three"};
  out.cork();
  send("one");
  out.send(pieces);
  EXPECT_THAT(writes(), IsEmpty());
  out.uncork();
  EXPECT_THAT(writes(), ElementsAre("onetwothree"));
  EXPECT_EQ(total, 11u);
}

TEST_F(OutletTest, WhatIsCorkedCountsAgainstTheHighWater) {
  out.cork();
  send(std::string(16_KiB - 1, 'x'));
  EXPECT_TRUE(out.accepts());
  send("x");
  EXPECT_FALSE(out.accepts());
  out.uncork();
  EXPECT_TRUE(out.accepts());
  settle();
  EXPECT_EQ(producer.count, 1);
}

// --- stages

TEST_F(OutletTest, AStageHoldsWhatComesAfterIt) {
  send("before");
  stages(make(1, "tcp.blackhole"));
  EXPECT_TRUE(out.has_stage(1));
  EXPECT_FALSE(out.bypassed());
  send("after");
  EXPECT_EQ(received(), "before");
}

TEST_F(OutletTest, TakingAStageAwayLetsGoOfWhatItHeldAtOnce) {
  stages(make(1, "tcp.blackhole"));
  send("held");
  no_stages();
  EXPECT_EQ(received(), "held");
  EXPECT_TRUE(out.bypassed());
}

TEST_F(OutletTest, TakingAStageAwayLetsGoOfNothingElse) {
  stages(make(1, "tcp.latency", kHour), make(2, "tcp.blackhole"));
  send("one");
  stages(StagePlan{2, nullptr});
  EXPECT_EQ(received(), "");
  send("two");
  no_stages();
  EXPECT_EQ(received(), "onetwo");
}

TEST_F(OutletTest, WhatADelayHoldsLeavesWhenItIsDue) {
  stages(make(1, "tcp.latency", R"({"delay": "5ms"})"));
  const TimePoint start = loop.now();
  send("late");
  EXPECT_EQ(received(), "");
  std::string got;
  ASSERT_TRUE(until([&] { return !(got = received()).empty(); }));
  EXPECT_EQ(got, "late");
  EXPECT_GE(loop.now() - start, 5ms);
}

TEST_F(OutletTest, AcceptsNothingOverTheHighWaterAndAsksForMoreBelowIt) {
  stages(make(1, "tcp.blackhole"));
  const std::string part(4_KiB, 'x');
  std::size_t sent = 0;
  for (; out.accepts(); sent += part.size()) send(part);
  EXPECT_EQ(sent, 16_KiB);
  settle();
  EXPECT_EQ(producer.count, 0);
  no_stages();
  EXPECT_TRUE(out.accepts());
  settle();
  EXPECT_EQ(producer.count, 1);
  EXPECT_EQ(received().size(), sent);
}

TEST_F(OutletTest, AHoldEndsWithItsRule) {
  out.send(as_bytes("held"), {.due = loop.now() + 1h, .key = 7});
  send("behind it");
  out.set_stages({}, {7});
  EXPECT_EQ(received(), "");
  out.set_stages({}, {});
  EXPECT_EQ(received(), "heldbehind it");
  EXPECT_TRUE(out.bypassed());
}

// --- endings

TEST_F(OutletTest, EndsAtOnceBehindNothing) {
  send("last");
  out.end(Kind::fin);
  EXPECT_EQ(out.ended(), Kind::fin);
  EXPECT_FALSE(out.accepts());
  EXPECT_EQ(received(), "last");
  EXPECT_TRUE(at_end());
  settle();
  EXPECT_EQ(owner.count, 1);
  EXPECT_EQ(producer.count, 1);
}

TEST_F(OutletTest, AFinStaysBehindTheBytes) {
  stages(make(1, "tcp.blackhole"));
  send("last");
  out.end(Kind::fin);
  EXPECT_EQ(out.ended(), std::nullopt);
  EXPECT_FALSE(out.accepts());
  no_stages();
  EXPECT_EQ(out.ended(), Kind::fin);
  EXPECT_EQ(received(), "last");
  EXPECT_TRUE(at_end());
}

TEST_F(OutletTest, AResetStaysBehindTheBytes) {
  stages(make(1, "tcp.latency", R"({"delay": "5ms"})"));
  send("last");
  out.end(Kind::reset);
  EXPECT_EQ(out.ended(), std::nullopt);
  ASSERT_TRUE(until([&] { return out.ended().has_value(); }));
  EXPECT_EQ(out.ended(), Kind::reset);
  EXPECT_FALSE(out.failed());
  EXPECT_EQ(received(), "last");
}

TEST_F(OutletTest, AResetDoesNotWaitForAStageThatLetsNothingThrough) {
  stages(make(1, "tcp.blackhole"));
  send("lost");
  out.end(Kind::reset);
  EXPECT_EQ(out.ended(), Kind::reset);
}

TEST_F(OutletTest, AStageMayResetByItself) {
  stages(make(1, "tcp.reset", R"({"bytes": 3})"));
  send("abcdef");
  EXPECT_EQ(out.ended(), Kind::reset);
  EXPECT_FALSE(out.failed());
  EXPECT_EQ(received(), "abc");
}

TEST_F(OutletTest, NothingFollowsAnEnd) {
  out.end(Kind::fin);
  send("more");
  const std::array<std::string_view, 1> pieces{"more"};
  out.send(pieces);
  out.end(Kind::reset);
  stages(make(1, "tcp.blackhole"));
  EXPECT_EQ(out.ended(), Kind::fin);
  EXPECT_EQ(total, 0u);
  EXPECT_TRUE(at_end());
}

TEST_F(OutletTest, AFailedWriteEndsItAsReset) {
  peer.close();
  send("lost");
  EXPECT_TRUE(out.failed());
  EXPECT_EQ(out.ended(), Kind::reset);
  settle();
  EXPECT_EQ(owner.count, 1);
}

TEST_F(OutletTest, AFailedWriteOfWhatWasHeldEndsItAsReset) {
  stages(make(1, "tcp.blackhole"));
  send("lost");
  peer.close();
  no_stages();
  EXPECT_TRUE(out.failed());
  EXPECT_EQ(out.ended(), Kind::reset);
}

// --- back-pressure

// A stream, because a full one takes a part of a write.
class FullOutlet : public OutletTest {
 protected:
  FullOutlet() : OutletTest(SOCK_STREAM) {
    while (out.accepts()) {
      const std::string part(8_KiB, static_cast<char>('a' + sent.size() / 8_KiB % 26));
      send(part);
      sent += part;
    }
    settle();  // what the loop says of a new socket
    producer.count = 0;
  }

  std::string sent;
};

TEST_F(FullOutlet, AcceptsNothingMoreAndIsNoLongerBypassed) {
  EXPECT_FALSE(out.bypassed());
  EXPECT_FALSE(out.drained());
  EXPECT_EQ(producer.count, 0);
}

TEST_F(FullOutlet, AsksForMoreWhenItsPeerHasReadAndLosesNothing) {
  std::string got;
  ASSERT_TRUE(until([&] {
    got += received();
    return producer.count > 0;
  }));
  got += received();
  EXPECT_EQ(got, sent);
  EXPECT_TRUE(out.accepts());
  EXPECT_TRUE(out.bypassed());
}

TEST_F(FullOutlet, AStageTakesMoreWhileThePeerReadsNothing) {
  stages(make(1, "tcp.blackhole"));
  EXPECT_TRUE(out.accepts());
  settle();
  EXPECT_EQ(producer.count, 1);
  send("held");
  std::string got;
  ASSERT_TRUE(until([&] { return (got += received()).size() == sent.size(); }));
  EXPECT_EQ(got, sent);
  no_stages();
  EXPECT_EQ(received(), "held");
}

TEST_F(FullOutlet, EndsWhenItsPeerHasReadEverything) {
  out.end(Kind::fin);
  EXPECT_EQ(out.ended(), std::nullopt);
  std::string got;
  ASSERT_TRUE(until([&] {
    got += received();
    return out.ended().has_value();
  }));
  got += received();
  EXPECT_EQ(got, sent);
  EXPECT_TRUE(at_end());
}

// A splice writes to the socket itself: whatever stages there are by then, it must hear of it.
TEST(SplicingOutlet, TellsItsProducerOfTheSocketAlsoWithAStageThatCameMeanwhile) {
  TurningLoop turning;
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
  Stream stream(turning.loop);
  ASSERT_TRUE(stream.open(Fd(ends[0]), Stream::State::connected));
  const Fd peer(ends[1]);
  Counting producer;
  Counting owner;
  std::uint64_t total = 0;
  Outlet out(turning.loop, stream, 1_MiB, producer, owner, total);
  const Bytes part(64_KiB);
  while (stream.write(part).status == Io::Status::done) {
  }
  ASSERT_TRUE(out.bypassed());
  out.set_stages(plan(1, stage("tcp.latency", kHour)), {});
  turning.settle();
  producer.count = 0;
  Bytes buffer(64_KiB);
  while (::recv(peer.get(), buffer.data(), buffer.size(), 0) > 0) {
  }
  EXPECT_TRUE(turning.until([&] { return producer.count > 0; }));
}

}  // namespace
}  // namespace firedrill
