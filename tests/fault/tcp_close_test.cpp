#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;
using SegmentKind = Segment::Kind;

AcceptVerdict::Action at_accept(std::string_view with) {
  AcceptVerdict verdict;
  Rng rng(1);
  compile("tcp.close", with).spec->on_accept(verdict, rng);
  return verdict.action;
}

TEST(TcpClose, ClosesAtAcceptAndOpenConnectionsAtOnce) {
  EXPECT_EQ(at_accept("{}"), AcceptVerdict::Action::close);
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.close", "{}")), kStart);
  EXPECT_EQ(link.ending(), SegmentKind::close);
}

TEST(TcpClose, WithATimeServesUntilThen) {
  EXPECT_EQ(at_accept(R"({"after": "1s"})"), AcceptVerdict::Action::serve);
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.close", R"({"after": "1s"})")), kStart);
  link.on_data(as_bytes("a"), kStart + 1s - 1ns);
  EXPECT_EQ(take(link), "a");
  EXPECT_EQ(link.ending(), std::nullopt);
  link.advance(kStart + 1s);
  EXPECT_EQ(link.ending(), SegmentKind::close);
}

TEST(TcpClose, WithANumberOfBytesPassesExactlyThese) {
  EXPECT_EQ(at_accept(R"({"bytes": 5})"), AcceptVerdict::Action::serve);
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.close", R"({"bytes": 5})")), kStart);
  link.on_data(as_bytes("abc"), kStart);
  link.on_data(as_bytes("defgh"), kStart);
  link.on_data(as_bytes("too late"), kStart);
  EXPECT_EQ(take(link), "abcde");
  EXPECT_EQ(link.ending(), SegmentKind::close);
}

TEST(TcpClose, LeavesItToTheFirstHowAConnectionIsRefused) {
  AcceptVerdict verdict;
  Rng rng(1);
  compile("tcp.close", "{}").spec->on_accept(verdict, rng);
  compile("tcp.reset", "{}").spec->on_accept(verdict, rng);
  EXPECT_EQ(verdict.action, AcceptVerdict::Action::close);
}

}  // namespace
}  // namespace firedrill
