#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;

// With certain changes between a burst that loses everything and a calm that loses nothing, each
// packet is lost once and comes through the second time.
constexpr auto kEachOnce = R"({"model": "gilbert_elliott", "rate": "100%", "enter": "100%",
                               "leave": "100%", "mss": 4, "rto": "200ms"})";

TEST(TcpLoss, ALostPacketHoldsUpEverythingBehindIt) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.loss", kEachOnce)), kStart);
  link.on_data(as_bytes("abcdefghij"), kStart);
  EXPECT_EQ(at(link, kStart + 200ms - 1ns), "");
  EXPECT_EQ(at(link, kStart + 200ms), "abcd");
  EXPECT_EQ(at(link, kStart + 400ms - 1ns), "");
  EXPECT_EQ(at(link, kStart + 400ms), "efgh");
  EXPECT_EQ(at(link, kStart + 600ms), "ij");
}

TEST(TcpLoss, ANewChunkWaitsBehindTheLostPacketOfAnother) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.loss", kEachOnce)), kStart);
  link.on_data(as_bytes("ab"), kStart);
  link.on_end(Segment::Kind::fin, kStart + 1ms);
  link.advance(kStart + 200ms - 1ns);
  EXPECT_EQ(link.ending(), std::nullopt);
  EXPECT_EQ(at(link, kStart + 200ms), "ab");
  EXPECT_EQ(link.ending(), Segment::Kind::fin);
}

TEST(TcpLoss, TheTimeoutDoublesUntilThePacketComesThrough) {
  int longest = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Rng draws(seed);
    Duration stall{};
    int losses = 0;
    for (; draws.unit() < 0.5; ++losses) stall += 100ms * (1 << losses);
    longest = std::max(longest, losses);

    Link link(1_MiB);
    link.set_stages(
        plan(1, stage("tcp.loss", R"({"rate": "50%", "rto": "100ms"})", kStart, Rng(seed))),
        kStart);
    link.on_data(as_bytes("x"), kStart);
    EXPECT_EQ(link.next_due(), losses > 0 ? kStart + stall : kNever) << "seed " << seed;
    EXPECT_EQ(at(link, kStart + stall), "x") << "seed " << seed;
  }
  EXPECT_GE(longest, 3);
}

TEST(TcpLoss, TheTimeoutGrowsToItsGreatestAndNoFurther) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Rng draws(seed);
    int losses = 0;
    while (draws.unit() < 0.7) ++losses;
    if (losses < 5) continue;
    const Duration stall = 100ms + 200ms + 300ms * (losses - 2);
    Link link(1_MiB);
    constexpr auto kWith = R"({"rate": "70%", "rto": "100ms", "max_rto": "300ms"})";
    link.set_stages(plan(1, stage("tcp.loss", kWith, kStart, Rng(seed))), kStart);
    link.on_data(as_bytes("x"), kStart);
    EXPECT_EQ(link.next_due(), kStart + stall);
    return;
  }
  FAIL() << "no seed loses a packet five times";
}

TEST(TcpLoss, LosesItsShareOfPackets) {
  Link link(64_MiB);
  link.set_stages(plan(1, stage("tcp.loss", R"({"rate": "2%", "rto": "1ms", "max_rto": "1ms"})")),
                  kStart);
  constexpr int kPackets = 20'000;
  for (int i = 0; i < kPackets; ++i) link.on_data(as_bytes("x"), kStart);
  link.on_end(Segment::Kind::fin, kStart);
  TimePoint last = kStart;
  for (TimePoint due = link.next_due(); due != kNever; due = link.next_due()) {
    link.advance(last = due);
  }
  EXPECT_EQ(take(link).size(), std::size_t{kPackets});
  const auto losses = static_cast<double>((last - kStart) / 1ms);
  EXPECT_NEAR(losses / kPackets, 0.02 / 0.98, 0.003);
}

TEST(TcpLoss, BurstsGatherLosses) {
  // The same number of losses on average, alone and in bursts of ten: far fewer chunks are hit.
  const auto hit_chunks = [](std::string_view with) {
    int hit = 0;
    Link link(64_MiB);
    link.set_stages(plan(1, stage("tcp.loss", with)), kStart);
    TimePoint now = kStart;
    for (int i = 0; i < 5000; ++i) {
      link.on_data(as_bytes("x"), now);
      if (const TimePoint due = link.next_due(); due != kNever) {
        ++hit;
        link.advance(now = due);
      }
      take(link);
    }
    return hit;
  };
  const int alone = hit_chunks(R"({"rate": "5%", "rto": "1ms"})");
  const int bursts = hit_chunks(
      R"({"rate": "100%", "model": "gilbert_elliott", "enter": "0.5%", "leave": "10%",
          "rto": "1ms"})");
  EXPECT_GT(alone, 200);
  EXPECT_GT(bursts, 0);
  EXPECT_LT(bursts * 4, alone);
}

TEST(TcpLoss, OfEverythingHoldsEverythingUntilItIsTakenAway) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.loss", R"({"rate": "100%"})")), kStart);
  link.on_data(as_bytes(std::string(100'000, 'x')), kStart);
  EXPECT_EQ(at(link, kStart + 24h).size(), 0u);
  link.set_stages({}, kStart + 24h);
  EXPECT_EQ(take(link).size(), 100'000u);
}

TEST(TcpLoss, RefusesWhatDoesNotFitTheModel) {
  EXPECT_EQ(refusal("tcp.loss", R"({"rate": "1%", "enter": "1%"})"),
            "with.model: must be gilbert_elliott for enter, leave or good_rate");
  EXPECT_EQ(refusal("tcp.loss", R"({"rate": "1%", "model": "gilbert_elliott", "enter": "1%"})"),
            "with.model: gilbert_elliott needs enter and leave");
  EXPECT_EQ(refusal("tcp.loss", R"({"rate": "1%", "rto": "3s", "max_rto": "2s"})"),
            "with.max_rto: must be at least rto");
  EXPECT_EQ(refusal("tcp.loss", "{}"), "with.rate: is required");
}

}  // namespace
}  // namespace firedrill
