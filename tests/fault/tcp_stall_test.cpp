#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;

TEST(TcpStall, StopsEverythingAtOnceAndOnce) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.stall", R"({"for": "2s"})")), kStart);
  link.on_data(as_bytes("ab"), kStart);
  link.on_data(as_bytes("cd"), kStart + 1s);
  EXPECT_EQ(at(link, kStart + 2s - 1ns), "");
  EXPECT_EQ(at(link, kStart + 2s), "abcd");
  link.on_data(as_bytes("ef"), kStart + 2s);
  EXPECT_EQ(take(link), "ef");
}

TEST(TcpStall, BeginsAfterATime) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.stall", R"({"for": "2s", "after": "5s"})")), kStart);
  link.on_data(as_bytes("before"), kStart + 5s - 1ns);
  EXPECT_EQ(take(link), "before");
  link.on_data(as_bytes("within"), kStart + 5s);
  EXPECT_EQ(at(link, kStart + 7s - 1ns), "");
  EXPECT_EQ(at(link, kStart + 7s), "within");
}

TEST(TcpStall, BeginsBehindANumberOfBytes) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.stall", R"({"for": "2s", "bytes": 3})")), kStart);
  link.on_data(as_bytes("ab"), kStart + 1h);
  EXPECT_EQ(take(link), "ab");
  link.on_data(as_bytes("cdef"), kStart + 2h);
  EXPECT_EQ(take(link), "c");
  EXPECT_EQ(at(link, kStart + 2h + 2s - 1ns), "");
  EXPECT_EQ(at(link, kStart + 2h + 2s), "def");
}

TEST(TcpStall, ComesAgainAndAgain) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.stall", R"({"for": "1s", "after": "4s", "every": "3s"})")),
                  kStart);
  // Stalls are [4s, 5s), [7s, 8s), ...
  const auto waits = [&](Duration since) {
    link.on_data(as_bytes("x"), kStart + since);
    const TimePoint due = link.next_due();
    if (due == kNever) return take(link) == "x" ? Duration(0) : Duration(-1);
    return at(link, due) == "x" ? due - kStart - since : Duration(-1);
  };
  EXPECT_EQ(waits(3900ms), 0ms);
  EXPECT_EQ(waits(4s), 1s);
  EXPECT_EQ(waits(6999ms), 0ms);
  EXPECT_EQ(waits(7250ms), 750ms);
  EXPECT_EQ(waits(8s), 0ms);
  EXPECT_EQ(waits(10s), 1s);
}

TEST(TcpStall, HoldsAnEndingToo) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.stall", R"({"for": "2s"})")), kStart);
  link.on_end(Segment::Kind::fin, kStart + 1s);
  EXPECT_EQ(link.ending(), std::nullopt);
  link.advance(kStart + 2s);
  EXPECT_EQ(link.ending(), Segment::Kind::fin);
}

TEST(TcpStall, TakenAwayLetsGoOfEverything) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.stall", R"({"for": "1h"})")), kStart);
  link.on_data(as_bytes("held"), kStart);
  link.set_stages({}, kStart + 1ms);
  EXPECT_EQ(take(link), "held");
}

TEST(TcpStall, RefusesWhatCanNotBe) {
  EXPECT_EQ(refusal("tcp.stall", R"({"for": "2s", "every": "2s"})"),
            "with.every: must be more than for");
  EXPECT_EQ(refusal("tcp.stall", R"({"for": "2s", "after": "1s", "bytes": 1})"),
            "with.bytes: can't be given with after");
  EXPECT_EQ(refusal("tcp.stall", "{}"), "with.for: is required");
}

}  // namespace
}  // namespace firedrill
