#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;
using SegmentKind = Segment::Kind;

std::unique_ptr<LinkStage> limit(std::string_view bytes) {
  return stage("tcp.limit", R"({"bytes": ")" + std::string(bytes) + R"("})");
}

TEST(TcpLimit, PassesExactlyItsBytesAndThenCloses) {
  Link link(1_MiB);
  link.set_stages(plan(1, limit("5")), kStart);
  link.on_data(as_bytes("abcd"), kStart);
  EXPECT_EQ(take(link), "abcd");
  EXPECT_EQ(link.ending(), std::nullopt);
  link.on_data(as_bytes("efgh"), kStart);
  EXPECT_EQ(take(link), "e");
  EXPECT_EQ(link.ending(), SegmentKind::close);
}

TEST(TcpLimit, OfNothingWaitsForTheFirstByte) {
  Link link(1_MiB);
  link.set_stages(plan(1, limit("0")), kStart);
  link.advance(kStart + 1h);
  EXPECT_EQ(link.ending(), std::nullopt);
  link.on_data(as_bytes("a"), kStart + 1h);
  EXPECT_EQ(take(link), "");
  EXPECT_EQ(link.ending(), SegmentKind::close);
}

TEST(TcpLimit, CountsOnThroughAnEdit) {
  Link link(1_MiB);
  link.set_stages(plan(1, limit("1000")), kStart);
  link.on_data(as_bytes(std::string(600, 'x')), kStart);
  link.set_stages(plan_edited(2, 1, limit("700")), kStart);
  EXPECT_EQ(take(link).size(), 600u);
  EXPECT_EQ(link.ending(), std::nullopt);
  link.on_data(as_bytes(std::string(600, 'x')), kStart);
  EXPECT_EQ(take(link).size(), 100u);
  EXPECT_EQ(link.ending(), SegmentKind::close);
}

TEST(TcpLimit, LoweredBelowWhatHasPassedEndsAtTheNextByte) {
  Link link(1_MiB);
  link.set_stages(plan(1, limit("1000")), kStart);
  link.on_data(as_bytes(std::string(600, 'x')), kStart);
  link.set_stages(plan_edited(2, 1, limit("500")), kStart);
  EXPECT_EQ(take(link).size(), 600u);
  EXPECT_EQ(link.ending(), std::nullopt);
  link.on_data(as_bytes("x"), kStart);
  EXPECT_EQ(take(link), "");
  EXPECT_EQ(link.ending(), SegmentKind::close);
}

TEST(TcpLimit, BeginsAnewWhenItIsSwitchedOnAnew) {
  Link link(1_MiB);
  link.set_stages(plan(1, limit("5")), kStart);
  link.on_data(as_bytes("abcd"), kStart);
  link.set_stages({}, kStart);
  link.set_stages(plan(2, limit("5")), kStart);
  link.on_data(as_bytes("efgh"), kStart);
  EXPECT_EQ(take(link), "abcdefgh");
  EXPECT_EQ(link.ending(), std::nullopt);
}

TEST(TcpLimit, LetsAFinPass) {
  Link link(1_MiB);
  link.set_stages(plan(1, limit("5")), kStart);
  link.on_end(SegmentKind::fin, kStart);
  EXPECT_EQ(link.ending(), SegmentKind::fin);
}

}  // namespace
}  // namespace firedrill
