#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;

// At 1KB/s a byte takes a millisecond, and a piece of 10 ms has 10 bytes.
void with_rate(Link& link, std::string_view rate) {
  link.set_stages(plan(1, stage("tcp.bandwidth", R"({"rate": ")" + std::string(rate) + R"("})")),
                  kStart);
}

void send(Link& link, std::size_t size, TimePoint now) {
  link.on_data(as_bytes(std::string(size, 'x')), now);
}

TEST(TcpBandwidth, HoldsBytesForTheirAirtime) {
  Link link(1_MiB);
  with_rate(link, "1KB/s");
  send(link, 7, kStart);
  EXPECT_EQ(at(link, kStart + 7ms - 1ns).size(), 0u);
  EXPECT_EQ(at(link, kStart + 7ms).size(), 7u);
}

TEST(TcpBandwidth, IsBusyUntilTheLastByteHasLeft) {
  Link link(1_MiB);
  with_rate(link, "1KB/s");
  send(link, 8, kStart);
  send(link, 5, kStart + 2ms);
  EXPECT_EQ(at(link, kStart + 8ms).size(), 8u);
  EXPECT_EQ(at(link, kStart + 13ms - 1ns).size(), 0u);
  EXPECT_EQ(at(link, kStart + 13ms).size(), 5u);
}

TEST(TcpBandwidth, SavesNoCreditWhileItIsIdle) {
  Link link(1_MiB);
  with_rate(link, "1KB/s");
  send(link, 5, kStart);
  EXPECT_EQ(at(link, kStart + 1s).size(), 5u);
  send(link, 5, kStart + 1s);
  EXPECT_EQ(link.next_due(), kStart + 1005ms);
}

TEST(TcpBandwidth, CutsLargeSegmentsIntoASmoothFlow) {
  Link link(1_MiB);
  with_rate(link, "1KB/s");
  send(link, 95, kStart);
  for (int i = 1; i <= 9; ++i) {
    EXPECT_EQ(at(link, kStart + i * 10ms - 1ns).size(), 0u);
    EXPECT_EQ(at(link, kStart + i * 10ms).size(), 10u);
  }
  EXPECT_EQ(at(link, kStart + 95ms).size(), 5u);
}

TEST(TcpBandwidth, KeepsBytesInOrderWhenItCuts) {
  Link link(1_MiB);
  with_rate(link, "1KB/s");
  link.on_data(as_bytes("abcdefghijklmnopqrstuvwxyz"), kStart);
  EXPECT_EQ(at(link, kStart + 26ms), "abcdefghijklmnopqrstuvwxyz");
}

TEST(TcpBandwidth, ASlowLinkSendsSingleBytesButNeverALongQueueOfThem) {
  Link link(1_MiB);
  with_rate(link, "10B/s");
  send(link, 3, kStart);
  EXPECT_EQ(at(link, kStart + 100ms).size(), 1u);
  EXPECT_EQ(at(link, kStart + 1s).size(), 2u);
  // 64 KiB go in 1024 pieces of 64 bytes.
  send(link, 64_KiB, kStart + 1s);
  EXPECT_EQ(link.next_due(), kStart + 1s + 6400ms);
  EXPECT_TRUE(link.accepts_input());
}

TEST(TcpBandwidth, DoesNotDriftFromItsRate) {
  Link link(64_MiB);
  with_rate(link, "3B/s");
  for (int i = 0; i < 3000; ++i) send(link, 1, kStart);
  EXPECT_EQ(at(link, kStart + 1000s - 1ns).size(), 2999u);
  EXPECT_EQ(at(link, kStart + 1000s).size(), 1u);
}

TEST(TcpBandwidth, AnEndingLeavesWithTheLastByte) {
  Link link(1_MiB);
  with_rate(link, "1KB/s");
  send(link, 5, kStart);
  link.on_end(Segment::Kind::fin, kStart);
  EXPECT_EQ(at(link, kStart + 5ms - 1ns).size(), 0u);
  EXPECT_EQ(link.ending(), std::nullopt);
  EXPECT_EQ(at(link, kStart + 5ms).size(), 5u);
  EXPECT_EQ(link.ending(), Segment::Kind::fin);
}

TEST(TcpBandwidth, ARateOfNothingHoldsEverythingUntilItIsTakenAwayOrEdited) {
  for (const std::string_view with :
       {R"({"rate": "0B/s"})", R"({"rate": "0B/s", "scope": "proxy"})"}) {
    Link link(1_MiB);
    link.set_stages(plan(1, stage("tcp.bandwidth", with)), kStart);
    link.on_data(as_bytes("held"), kStart);
    link.on_end(Segment::Kind::fin, kStart);
    EXPECT_EQ(link.next_due(), kNever);
    EXPECT_EQ(at(link, kStart + 24h), "");
    link.set_stages(plan_edited(2, 1, stage("tcp.bandwidth", R"({"rate": "1B/s"})")), kStart + 24h);
    EXPECT_EQ(take(link), "held");
    EXPECT_EQ(link.ending(), Segment::Kind::fin);
  }
}

TEST(TcpBandwidth, RefusesARateBelowAByte) {
  EXPECT_EQ(refusal("tcp.bandwidth", R"({"rate": "0.5B/s"})"),
            "with.rate: must be 0B/s or at least 1B/s");
  EXPECT_EQ(refusal("tcp.bandwidth", "{}"), "with.rate: is required");
}

// Two connections under one fault of 1KB/s.
struct SharedBandwidth : testing::Test {
  SharedBandwidth() {
    for (Link* link : {&first, &second})
      link->set_stages(plan(1, make(Direction::response)), kStart);
  }
  std::unique_ptr<LinkStage> make(Direction side) {
    return spec->make_stage({.now = kStart, .rng = Rng(1), .side = side, .activity = activity});
  }
  // In the order of time, as a worker does.
  void advance(TimePoint now) {
    for (;;) {
      Link& next = second.next_due() < first.next_due() ? second : first;
      if (next.next_due() > now) break;
      next.advance(next.next_due());
    }
  }

  FaultSpecPtr spec = compile("tcp.bandwidth", R"({"rate": "1KB/s", "scope": "proxy"})").spec;
  Activity activity;
  Link first{1_MiB};
  Link second{1_MiB};
};

TEST_F(SharedBandwidth, TheConnectionsTakeTurnsAndTogetherHaveTheRate) {
  send(first, 40, kStart);
  send(second, 40, kStart);
  advance(kStart + 10ms - 1ns);
  EXPECT_EQ(take(first).size() + take(second).size(), 0u);
  advance(kStart + 40ms);
  EXPECT_EQ(take(first).size(), 20u);
  EXPECT_EQ(take(second).size(), 20u);
  advance(kStart + 80ms);
  EXPECT_EQ(take(first).size(), 20u);
  EXPECT_EQ(take(second).size(), 20u);
}

TEST_F(SharedBandwidth, AloneAConnectionHasTheWholeRate) {
  send(first, 1000, kStart);
  advance(kStart + 500ms);
  EXPECT_EQ(take(first).size(), 500u);
  advance(kStart + 1s);
  EXPECT_EQ(take(first).size(), 500u);
}

TEST_F(SharedBandwidth, AConnectionThatEndsLeavesTheRestToTheOthers) {
  send(first, 10'000, kStart);
  send(second, 50, kStart);
  advance(kStart + 20ms);
  first.set_stages({}, kStart + 20ms);
  take(second);
  // One piece of the first was under way, until 30 ms.
  advance(kStart + 70ms);
  EXPECT_EQ(take(second).size(), 40u);
}

TEST_F(SharedBandwidth, TheDirectionsDoNotShare) {
  Link request(1_MiB);
  request.set_stages(plan(1, make(Direction::request)), kStart);
  send(first, 10, kStart);
  send(request, 10, kStart);
  EXPECT_EQ(first.next_due(), kStart + 10ms);
  EXPECT_EQ(request.next_due(), kStart + 10ms);
}

TEST_F(SharedBandwidth, AnEndingLeavesWithTheLastByte) {
  first.on_data(as_bytes("abcdefghijklmno"), kStart);
  first.on_end(Segment::Kind::fin, kStart);
  EXPECT_EQ(at(first, kStart + 15ms - 1ns), "abcdefghij");
  EXPECT_EQ(first.ending(), std::nullopt);
  EXPECT_EQ(at(first, kStart + 15ms), "klmno");
  EXPECT_EQ(first.ending(), Segment::Kind::fin);
}

}  // namespace
}  // namespace firedrill
