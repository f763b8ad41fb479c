#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;
using SegmentKind = Segment::Kind;

AcceptVerdict::Action at_accept(std::string_view with) {
  AcceptVerdict verdict;
  Rng rng(1);
  compile("tcp.reset", with).spec->on_accept(verdict, rng);
  return verdict.action;
}

TEST(TcpReset, ResetsAtAcceptAndOpenConnectionsAtOnce) {
  EXPECT_EQ(at_accept("{}"), AcceptVerdict::Action::reset);
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.reset", "{}")), kStart);
  EXPECT_EQ(link.ending(), SegmentKind::reset);
}

TEST(TcpReset, WithATimeServesUntilThen) {
  EXPECT_EQ(at_accept(R"({"after": "1s"})"), AcceptVerdict::Action::serve);
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.reset", R"({"after": "1s"})")), kStart);
  EXPECT_EQ(link.next_due(), kStart + 1s);
  link.on_data(as_bytes("a"), kStart + 1s - 1ns);
  EXPECT_EQ(take(link), "a");
  EXPECT_EQ(link.ending(), std::nullopt);
  link.advance(kStart + 1s);
  EXPECT_EQ(link.ending(), SegmentKind::reset);
  EXPECT_EQ(link.next_due(), kNever);
}

TEST(TcpReset, WithANumberOfBytesPassesExactlyThese) {
  EXPECT_EQ(at_accept(R"({"bytes": "5B"})"), AcceptVerdict::Action::serve);
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.reset", R"({"bytes": "5B"})")), kStart);
  link.on_data(as_bytes("abcd"), kStart);
  EXPECT_EQ(take(link), "abcd");
  EXPECT_EQ(link.ending(), std::nullopt);
  link.on_data(as_bytes("e"), kStart);
  EXPECT_EQ(take(link), "e");
  EXPECT_EQ(link.ending(), SegmentKind::reset);
}

TEST(TcpReset, AfterNoBytesWaitsForTheFirst) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.reset", R"({"bytes": "0B"})")), kStart);
  EXPECT_EQ(link.ending(), std::nullopt);
  link.on_data(as_bytes("a"), kStart);
  EXPECT_EQ(take(link), "");
  EXPECT_EQ(link.ending(), SegmentKind::reset);
}

TEST(TcpReset, CutsTheSegmentThatHasTheLastByte) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.reset", R"({"bytes": "5B"})")), kStart);
  link.on_data(as_bytes("abc"), kStart);
  link.on_data(as_bytes("defgh"), kStart);
  EXPECT_EQ(take(link), "abcde");
  EXPECT_EQ(link.ending(), SegmentKind::reset);
}

TEST(TcpReset, TakesWhicheverOfTimeAndBytesComesFirst) {
  constexpr auto kWith = R"({"after": "1s", "bytes": "5B"})";
  Link talks(1_MiB);
  talks.set_stages(plan(1, stage("tcp.reset", kWith)), kStart);
  talks.on_data(as_bytes("abcdefgh"), kStart + 1ms);
  EXPECT_EQ(take(talks), "abcde");
  EXPECT_EQ(talks.ending(), SegmentKind::reset);

  Link silent(1_MiB);
  silent.set_stages(plan(1, stage("tcp.reset", kWith)), kStart);
  silent.advance(kStart + 1s);
  EXPECT_EQ(silent.ending(), SegmentKind::reset);
}

TEST(TcpReset, ComesEvenAfterAFin) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.reset", R"({"after": "1s"})")), kStart);
  link.on_end(SegmentKind::fin, kStart);
  EXPECT_EQ(link.ending(), SegmentKind::fin);
  link.advance(kStart + 1s);
  EXPECT_EQ(link.ending(), SegmentKind::reset);
}

TEST(TcpReset, TakenAwayInTimeDoesNothing) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.reset", R"({"after": "1s"})")), kStart);
  link.set_stages({}, kStart + 1s - 1ns);
  link.advance(kStart + 1h);
  EXPECT_TRUE(link.bypassed());
}

TEST(TcpReset, CountsItsBytesOnThroughAnEdit) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.reset", R"({"bytes": 10})")), kStart);
  link.on_data(as_bytes("abcd"), kStart);
  link.set_stages(plan_edited(2, 1, stage("tcp.reset", R"({"bytes": 6})")), kStart);
  link.on_data(as_bytes("efgh"), kStart);
  EXPECT_EQ(take(link), "abcdef");
  EXPECT_EQ(link.ending(), SegmentKind::reset);
}

// --- from: data

constexpr auto kFromData = R"({"from": "data", "after": "1s"})";

TEST(TcpReset, FromDataLeavesASilentConnectionAlone) {
  EXPECT_EQ(at_accept(R"({"from": "data"})"), AcceptVerdict::Action::serve);
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.reset", kFromData)), kStart);
  link.advance(kStart + 24h);
  EXPECT_EQ(link.ending(), std::nullopt);
  EXPECT_EQ(link.next_due(), kNever);
}

TEST(TcpReset, FromDataSwallowsItAndResetsAfterTheTime) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.reset", kFromData)), kStart);
  link.on_data(as_bytes("first"), kStart + 1h);
  link.on_data(as_bytes("second"), kStart + 1h + 500ms);
  EXPECT_EQ(at(link, kStart + 1h + 1s - 1ns), "");
  EXPECT_EQ(link.ending(), std::nullopt);
  EXPECT_EQ(at(link, kStart + 1h + 1s), "");
  EXPECT_EQ(link.ending(), SegmentKind::reset);
}

TEST(TcpReset, FromDataWithoutATimeResetsAtTheFirstByte) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.reset", R"({"from": "data"})")), kStart);
  link.on_data(as_bytes("a"), kStart);
  EXPECT_EQ(take(link), "");
  EXPECT_EQ(link.ending(), SegmentKind::reset);
}

TEST(TcpReset, FromDataTakesAnEndForData) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.reset", kFromData)), kStart);
  link.on_end(SegmentKind::fin, kStart);
  EXPECT_EQ(link.ending(), std::nullopt);
  link.advance(kStart + 1s);
  EXPECT_EQ(link.ending(), SegmentKind::reset);
}

TEST(TcpReset, FromDataTakenAwayResetsAStreamOfWhichBytesAreMissing) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.reset", kFromData)), kStart);
  link.on_data(as_bytes("a"), kStart);
  link.set_stages({}, kStart + 1ms);
  EXPECT_EQ(link.ending(), SegmentKind::reset);

  Link silent(1_MiB);
  silent.set_stages(plan(1, stage("tcp.reset", kFromData)), kStart);
  silent.set_stages({}, kStart + 1ms);
  EXPECT_TRUE(silent.bypassed());
}

TEST(TcpReset, FromDataCountsTheTimeAnewWhenItIsEdited) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.reset", kFromData)), kStart);
  link.on_data(as_bytes("a"), kStart);
  const TimePoint edit = kStart + 500ms;
  link.set_stages(plan_edited(2, 1, stage("tcp.reset", R"({"from": "data", "after": "3s"})", edit)),
                  edit);
  EXPECT_EQ(link.ending(), std::nullopt);
  EXPECT_EQ(link.next_due(), edit + 3s);
}

TEST(TcpReset, FromDataHasNoUseForBytes) {
  EXPECT_EQ(refusal("tcp.reset", R"({"from": "data", "bytes": 3})"),
            "with.bytes: can't be given with from: data, where no byte passes");
}

}  // namespace
}  // namespace firedrill
