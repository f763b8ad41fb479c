#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;

TEST(TcpBlackhole, LetsNothingThroughAndLosesNothing) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.blackhole", "{}")), kStart);
  link.on_data(as_bytes("one"), kStart);
  link.on_data(as_bytes("two"), kStart + 1s);
  link.on_end(Segment::Kind::fin, kStart + 2s);
  EXPECT_EQ(link.next_due(), kNever);
  EXPECT_EQ(at(link, kStart + 24h), "");
  EXPECT_EQ(link.ending(), std::nullopt);
  link.set_stages({}, kStart + 24h);
  EXPECT_EQ(take(link), "onetwo");
  EXPECT_EQ(link.ending(), Segment::Kind::fin);
}

TEST(TcpBlackhole, PushesBackWhenItIsFull) {
  Link link(4_KiB);
  link.set_stages(plan(1, stage("tcp.blackhole", "{}")), kStart);
  link.on_data(as_bytes(std::string(4_KiB, 'x')), kStart);
  EXPECT_FALSE(link.accepts_input());
}

TEST(TcpBlackhole, ActsOnBothDirectionsUnlessToldOtherwise) {
  const FaultType* type = find_fault_type("tcp.blackhole");
  EXPECT_EQ(type->direction, Direction::both);
  EXPECT_TRUE(type->directed);
}

TEST(TcpBlackhole, RefusesParameters) {
  EXPECT_EQ(refusal("tcp.blackhole", R"({"after": "1s"})"),
            "with.after: is not a known key; known are none");
}

}  // namespace
}  // namespace firedrill
