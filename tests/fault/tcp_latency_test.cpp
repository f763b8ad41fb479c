#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;

TEST(TcpLatency, HoldsEachChunkUntilItIsDue) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.latency", R"({"delay": "20ms"})")), kStart);
  link.on_data(as_bytes("a"), kStart);
  link.on_data(as_bytes("b"), kStart + 5ms);
  EXPECT_EQ(at(link, kStart + 20ms - 1ns), "");
  EXPECT_EQ(at(link, kStart + 20ms), "a");
  EXPECT_EQ(at(link, kStart + 25ms - 1ns), "");
  EXPECT_EQ(at(link, kStart + 25ms), "b");
}

TEST(TcpLatency, KeepsOrderWhenALaterChunkDrawsLess) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.latency", R"({"delay": {"uniform": ["1ms", "50ms"]}})")),
                  kStart);
  std::string sent, got;
  for (char c = 'a'; c <= 'z'; ++c) {
    link.on_data(as_bytes(std::string_view(&c, 1)), kStart);
    sent += c;
  }
  for (Duration t = 0ms; t <= 50ms; t += 1ms) got += at(link, kStart + t);
  EXPECT_EQ(got, sent);
}

TEST(TcpLatency, AnEndingWaitsOnlyForTheBytesAhead) {
  Link bare(1_MiB);
  bare.set_stages(plan(1, stage("tcp.latency", R"({"delay": "20ms"})")), kStart);
  bare.on_end(Segment::Kind::fin, kStart);
  EXPECT_EQ(bare.ending(), Segment::Kind::fin);

  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.latency", R"({"delay": "20ms"})")), kStart);
  link.on_data(as_bytes("a"), kStart);
  link.on_end(Segment::Kind::fin, kStart + 1ms);
  EXPECT_EQ(link.ending(), std::nullopt);
  EXPECT_EQ(at(link, kStart + 20ms), "a");
  EXPECT_EQ(link.ending(), Segment::Kind::fin);
}

TEST(TcpLatency, DrawsTheSameDelaysFromTheSameGenerator) {
  const auto first_due = [](std::uint64_t seed) {
    Link link(1_MiB);
    link.set_stages(plan(1, stage("tcp.latency", R"({"delay": {"uniform": ["1ms", "50ms"]}})",
                                  kStart, Rng(seed))),
                    kStart);
    link.on_data(as_bytes("a"), kStart);
    return link.next_due();
  };
  EXPECT_EQ(first_due(1), first_due(1));
  EXPECT_NE(first_due(1), first_due(2));
}

TEST(TcpLatency, RefusesToBeWithoutADelay) {
  EXPECT_EQ(refusal("tcp.latency", "{}"), "with.delay: is required");
}

}  // namespace
}  // namespace firedrill
