#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;
using SegmentKind = Segment::Kind;

TEST(TcpSlowClose, DelaysTheFinAndNotTheBytes) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.slow_close", R"({"delay": "400ms"})")), kStart);
  link.on_data(as_bytes("a"), kStart);
  EXPECT_EQ(take(link), "a");
  link.on_end(SegmentKind::fin, kStart + 1ms);
  link.advance(kStart + 401ms - 1ns);
  EXPECT_EQ(link.ending(), std::nullopt);
  link.advance(kStart + 401ms);
  EXPECT_EQ(link.ending(), SegmentKind::fin);
}

TEST(TcpSlowClose, LetsAResetPass) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.slow_close", R"({"delay": "400ms"})")), kStart);
  link.on_end(SegmentKind::reset, kStart);
  EXPECT_EQ(link.ending(), SegmentKind::reset);
}

TEST(TcpSlowClose, TakenAwayLetsGoOfTheFin) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.slow_close", R"({"delay": "1h"})")), kStart);
  link.on_end(SegmentKind::fin, kStart);
  link.set_stages({}, kStart + 1ms);
  EXPECT_EQ(link.ending(), SegmentKind::fin);
}

}  // namespace
}  // namespace firedrill
