#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;

// What is ready, as it would be written: piece by piece.
std::vector<std::string> pieces(Link& link, TimePoint now) {
  std::vector<std::string> all;
  link.advance(now);
  for (ByteView ready = link.ready(); !ready.empty(); ready = link.ready()) {
    all.emplace_back(as_text(ready));
    link.consume(ready.size());
  }
  return all;
}

TEST(TcpSlice, SplitsAChunkIntoPiecesOfItsSize) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.slice", R"({"size": 4})")), kStart);
  link.on_data(as_bytes("abcdefghij"), kStart);
  EXPECT_EQ(pieces(link, kStart), (std::vector<std::string>{"abcd", "efgh", "ij"}));
}

TEST(TcpSlice, PausesAfterEachPieceAlsoBeforeTheNextChunk) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.slice", R"({"size": 2, "delay": "10ms"})")), kStart);
  link.on_data(as_bytes("abcd"), kStart);
  link.on_data(as_bytes("ef"), kStart);
  EXPECT_EQ(at(link, kStart), "ab");
  EXPECT_EQ(at(link, kStart + 10ms - 1ns), "");
  EXPECT_EQ(at(link, kStart + 10ms), "cd");
  EXPECT_EQ(at(link, kStart + 20ms - 1ns), "");
  EXPECT_EQ(at(link, kStart + 20ms), "ef");
}

TEST(TcpSlice, SavesNoPausesWhileItIsIdle) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.slice", R"({"size": 2, "delay": "10ms"})")), kStart);
  link.on_data(as_bytes("ab"), kStart);
  EXPECT_EQ(at(link, kStart), "ab");
  link.on_data(as_bytes("cdef"), kStart + 1s);
  EXPECT_EQ(at(link, kStart + 1s), "cd");
  EXPECT_EQ(at(link, kStart + 1s + 10ms), "ef");
}

TEST(TcpSlice, VariesTheSizeWithinBoundsAndAroundTheAverage) {
  Link link(64_MiB);
  link.set_stages(plan(1, stage("tcp.slice", R"({"size": 10, "variation": 5})")), kStart);
  const std::string text(50'000, 'x');
  link.on_data(as_bytes(text), kStart);
  auto all = pieces(link, kStart);
  all.pop_back();  // what was left
  std::size_t least = 99, greatest = 0, sum = 0;
  for (const std::string& piece : all) {
    least = std::min(least, piece.size());
    greatest = std::max(greatest, piece.size());
    sum += piece.size();
  }
  EXPECT_EQ(least, 5u);
  EXPECT_EQ(greatest, 15u);
  EXPECT_NEAR(static_cast<double>(sum) / static_cast<double>(all.size()), 10, 0.3);
}

TEST(TcpSlice, AnEndingFollowsTheLastPieceWithoutAPause) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.slice", R"({"size": 1, "delay": "10ms"})")), kStart);
  link.on_data(as_bytes("ab"), kStart);
  link.on_end(Segment::Kind::fin, kStart);
  EXPECT_EQ(at(link, kStart + 10ms), "ab");
  EXPECT_EQ(link.ending(), Segment::Kind::fin);
}

TEST(TcpSlice, RefusesSizesThatMakeNoPieces) {
  EXPECT_EQ(refusal("tcp.slice", R"({"size": 0})"), "with.size: must be at least 1B, not \"0\"");
  EXPECT_EQ(refusal("tcp.slice", R"({"size": 5, "variation": 5})"),
            "with.variation: must be less than size");
}

}  // namespace
}  // namespace firedrill
