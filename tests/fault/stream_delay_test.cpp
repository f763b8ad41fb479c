#include "tests/fault/stream_fault.h"

namespace firedrill {
namespace {

using namespace test;

TEST(StreamDelay, DelaysTheEvent) {
  EXPECT_EQ(decide("stream.delay", R"({"delay": "30ms"})", "x").verdict.delay, 30ms);
}

TEST(StreamDelay, AddsToTheDelaysOfOthers) {
  EXPECT_EQ(decide("stream.delay", R"({"delay": "30ms"})", "x", {.delay = 12ms}).verdict.delay,
            42ms);
}

TEST(StreamDelay, DrawsFromItsGeneratorAlone) {
  const auto with = R"({"delay": {"uniform": ["10ms", "90ms"]}})";
  const auto drawn = [&](std::uint64_t seed) {
    return decide("stream.delay", with, "x", {}, Rng(seed)).verdict.delay;
  };
  EXPECT_EQ(drawn(7), drawn(7));
  EXPECT_NE(drawn(7), drawn(8));
  EXPECT_GE(drawn(7), 10ms);
  EXPECT_LE(drawn(7), 90ms);
}

TEST(StreamDelay, AnAbsurdDelayStaysWithinTime) {
  const Decided decided =
      decide("stream.delay", R"({"delay": "2000000h"})", "x", {.delay = Duration::max()});
  EXPECT_EQ(decided.verdict.delay, std::chrono::hours(24 * 365));
}

TEST(StreamDelay, NeedsADelay) {
  EXPECT_EQ(refusal("stream.delay", "{}"), "with.delay: is required");
}

}  // namespace
}  // namespace firedrill
