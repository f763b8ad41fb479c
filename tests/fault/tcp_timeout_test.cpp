#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;
using SegmentKind = Segment::Kind;

TEST(TcpTimeout, SwallowsBytesAndClosesAfterItsTimeWhateverIsSent) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.timeout", R"({"after": "1s"})")), kStart);
  for (Duration t = 0ms; t < 1s; t += 100ms) {
    link.on_data(as_bytes("chatter"), kStart + t);
    EXPECT_EQ(take(link), "");
  }
  EXPECT_EQ(link.ending(), std::nullopt);
  EXPECT_EQ(link.next_due(), kStart + 1s);
  link.advance(kStart + 1s);
  EXPECT_EQ(link.ending(), SegmentKind::close);
  EXPECT_EQ(link.next_due(), kNever);
}

TEST(TcpTimeout, ClosesAnIdleConnectionToo) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.timeout", R"({"after": "1s"})")), kStart);
  link.advance(kStart + 1s);
  EXPECT_EQ(link.ending(), SegmentKind::close);
}

TEST(TcpTimeout, OfZeroNeverCloses) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.timeout", "{}")), kStart);
  link.on_data(as_bytes("gone"), kStart);
  EXPECT_EQ(link.next_due(), kNever);
  EXPECT_EQ(at(link, kStart + 24h), "");
  EXPECT_EQ(link.ending(), std::nullopt);
}

TEST(TcpTimeout, NeverFillsTheLink) {
  Link link(1_KiB);
  link.set_stages(plan(1, stage("tcp.timeout", "{}")), kStart);
  for (int i = 0; i < 100; ++i) link.on_data(as_bytes(std::string(1000, 'x')), kStart);
  EXPECT_TRUE(link.accepts_input());
}

TEST(TcpTimeout, TakenAwayClosesAStreamOfWhichBytesAreMissing) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.timeout", "{}")), kStart);
  link.on_data(as_bytes("gone"), kStart);
  link.set_stages({}, kStart + 1s);
  EXPECT_EQ(link.ending(), SegmentKind::close);
}

TEST(TcpTimeout, TakenAwayBeforeAnyByteCameDoesNothing) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.timeout", R"({"after": "1s"})")), kStart);
  link.set_stages({}, kStart + 500ms);
  link.advance(kStart + 1h);
  EXPECT_TRUE(link.bypassed());
}

TEST(TcpTimeout, RemembersThroughAnEditThatBytesAreMissing) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.timeout", "{}")), kStart);
  link.on_data(as_bytes("gone"), kStart);
  link.set_stages(plan_edited(2, 1, stage("tcp.timeout", R"({"after": "1s"})", kStart + 5s)),
                  kStart + 5s);
  EXPECT_EQ(link.ending(), std::nullopt);
  EXPECT_EQ(link.next_due(), kStart + 6s);
  link.set_stages({}, kStart + 5500ms);
  EXPECT_EQ(link.ending(), SegmentKind::close);
}

TEST(TcpTimeout, LetsTheEndsOfThePeersPassAndStillCloses) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.timeout", R"({"after": "1s"})")), kStart);
  link.on_data(as_bytes("gone"), kStart);
  link.on_end(SegmentKind::fin, kStart);
  EXPECT_EQ(link.ending(), SegmentKind::fin);
  link.advance(kStart + 1s);
  EXPECT_EQ(link.ending(), SegmentKind::close);
}

}  // namespace
}  // namespace firedrill
