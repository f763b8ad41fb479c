#include "proxy/model/shape.h"

#include "tests/model/reading.h"

namespace firedrill {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kSeed = 42;

Shape read(std::string_view json) {
  Problems problems;
  const auto shape = Kind<Shape>::read(value_of(json), "shape", problems);
  EXPECT_EQ(describe(problems), "");
  return shape.value_or(Shape{});
}

std::string mistakes(std::string_view json) {
  Problems problems;
  EXPECT_FALSE(Kind<Shape>::read(value_of(json), "shape", problems).has_value());
  return describe(problems);
}

bool active(const Flap& flap, Duration elapsed, Duration wall = {}, std::uint64_t seed = kSeed) {
  return flap.is_active({.elapsed = elapsed, .wall = wall + elapsed}, seed);
}

// The edges up to `end`, found by going from one to the next.
std::vector<Duration> edges(const Flap& flap, Duration end, std::uint64_t seed = kSeed) {
  std::vector<Duration> all;
  for (Duration at{}; at < end;) {
    at += flap.until_edge({.elapsed = at, .wall = at}, seed);
    all.push_back(at);
  }
  return all;
}

TEST(Shape, IsThatOfTheTestVectors) {
  const Shape shape = read(R"({"ramp": {"field": "share", "from": 0.1, "to": 0.9, "over": "240s"},
                               "flap": {"active": "20s", "idle": "40s"}})");
  const auto share = [&](Duration at) { return std::lerp(0.1, 0.9, shape.ramp->progress(at)); };
  // Counted from the activation, which is at 60 s there.
  EXPECT_TRUE(active(*shape.flap, 0s));
  EXPECT_TRUE(active(*shape.flap, 19'999ms));
  EXPECT_FALSE(active(*shape.flap, 20s));
  EXPECT_FALSE(active(*shape.flap, 59'999ms));
  EXPECT_TRUE(active(*shape.flap, 60s));
  EXPECT_TRUE(active(*shape.flap, 120s));
  EXPECT_TRUE(active(*shape.flap, 240s));
  EXPECT_TRUE(active(*shape.flap, 599'999ms - 580s));
  EXPECT_DOUBLE_EQ(share(0s), 0.1);
  EXPECT_NEAR(share(19'999ms), 0.167, 0.0005);
  EXPECT_DOUBLE_EQ(share(60s), 0.3);
  EXPECT_DOUBLE_EQ(share(120s), 0.5);
  EXPECT_DOUBLE_EQ(share(240s), 0.9);
  EXPECT_DOUBLE_EQ(share(600s), 0.9) << "and stays there";
}

TEST(Flap, TellsItsEdgesExactly) {
  const Flap flap{.active = 20s, .idle = 40s};
  EXPECT_EQ(edges(flap, 120s), (std::vector<Duration>{20s, 60s, 80s, 120s}));
  EXPECT_EQ(flap.until_edge({.elapsed = 20s - 1ns}, kSeed), 1ns);
}

TEST(Flap, JitterMovesEdgesByTheSeedAndNeverTheFirst) {
  const Flap flap{.active = 20s, .idle = 40s, .jitter = {0.5}};
  const auto found = edges(flap, 6000s);
  EXPECT_EQ(found, edges(flap, 6000s)) << "the same seed decides alike";
  EXPECT_NE(found, edges(flap, 6000s, kSeed + 1));
  Duration nominal{};
  bool on = true;
  double moved = 0;
  EXPECT_TRUE(active(flap, 0s));
  for (const Duration edge : found) {
    nominal += on ? 20s : 40s;
    on = !on;
    EXPECT_LE(edge, nominal + 5s);
    EXPECT_GE(edge, nominal - 5s);
    EXPECT_EQ(active(flap, edge), on);
    EXPECT_EQ(active(flap, edge - 1ns), !on);
    moved += std::abs(std::chrono::duration<double>(edge - nominal).count());
  }
  EXPECT_NEAR(moved / static_cast<double>(found.size()), 2.5, 0.5) << "uniform in +-5 s";
}

TEST(Flap, AlignedToTheWallBeginsAtEachFullHour) {
  const Flap flap{.active = 7min, .idle = 8min, .jitter = {0}, .align = Flap::Align::wall};
  const Duration wall = 26h + 50min;  // activated ten to three
  EXPECT_TRUE(active(flap, 0min, wall)) << "the cycle from 45 on";
  EXPECT_FALSE(active(flap, 2min, wall)) << "52 past";
  EXPECT_TRUE(active(flap, 10min, wall)) << "three o'clock";
  EXPECT_FALSE(active(flap, 17min, wall));
  EXPECT_EQ(flap.until_edge({.elapsed = 2min, .wall = wall + 2min}, kSeed), 8min);
}

TEST(Flap, ACycleThatDoesNotFitTheHourIsCutAtItsEnd) {
  const Flap flap{.active = 25min, .idle = 10min, .jitter = {0}, .align = Flap::Align::wall};
  EXPECT_TRUE(active(flap, 59min));
  EXPECT_EQ(flap.until_edge({.elapsed = {}, .wall = 40min}, kSeed), 20min);
  EXPECT_TRUE(active(flap, 60min));
  EXPECT_FALSE(active(flap, 85min));
}

TEST(Flap, ReplicasThatAreAlignedToTheWallAgreeOnTheJitter) {
  const Flap flap{.active = 20s, .idle = 20s, .jitter = {1}, .align = Flap::Align::wall};
  for (Duration at{}; at < 2h; at += 777ms) {
    ASSERT_EQ(active(flap, at, 100h), active(flap, at - 31s, 100h + 31s));
  }
}

TEST(Ramp, StepsAreTakenWhenTheyAreAnnounced) {
  for (const Duration over : std::vector<Duration>{1ms, 7ms, 1'234'567ns, 100s}) {
    Ramp ramp;
    ramp.over = over;
    std::size_t steps = 0;
    Duration at{};
    while (const auto next = ramp.next_step(at)) {
      ASSERT_GT(*next, at);
      ASSERT_EQ(ramp.step(*next - 1ns), steps);
      ASSERT_EQ(ramp.step(*next), ++steps);
      at = *next;
    }
    EXPECT_EQ(at, over);
    EXPECT_EQ(steps, Ramp::kSteps);
  }
}

TEST(Shape, MistakesAreNamed) {
  EXPECT_EQ(mistakes(R"(5)"), "shape: must be a map with ramp, flap or both, not \"5\"");
  EXPECT_EQ(mistakes(R"({"flap": {"active": "1s"}})"), "shape.flap.idle: is required");
  EXPECT_EQ(mistakes(R"({"flap": {"active": "0", "idle": "1s"}})"),
            "shape.flap.active: must be from 10ms to 24h, not \"0\"");
  EXPECT_EQ(mistakes(R"({"flap": {"active": "1s", "idle": "1s", "jitter": 1.5}})"),
            "shape.flap.jitter: must be a share such as 12.5% or 0.125, not \"1.5\"");
  EXPECT_EQ(mistakes(R"({"flap": {"active": "50m", "idle": "50m", "align": "wall"}})"),
            "shape.flap.align: can't be wall with a cycle longer than an hour");
  EXPECT_EQ(mistakes(R"({"ramp": {"field": "share", "from": 0, "to": 1}})"),
            "shape.ramp.over: is required");
  EXPECT_EQ(mistakes(R"({"wave": {}})"), "shape.wave: is not a known key; known are ramp, flap");
}

}  // namespace
}  // namespace firedrill
