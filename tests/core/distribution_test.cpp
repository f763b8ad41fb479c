#include "proxy/core/distribution.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <vector>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

constexpr int kDraws = 20000;

Distribution read(std::string_view text) {
  Problems problems;
  const auto read =
      Kind<Distribution>::read(from_json(boost::json::parse(text)), "delay", problems);
  EXPECT_TRUE(read.has_value()) << describe(problems);
  return read.value_or(Distribution());
}

std::string refusal(std::string_view text) {
  Problems problems;
  EXPECT_FALSE(
      Kind<Distribution>::read(from_json(boost::json::parse(text)), "delay", problems).has_value());
  return describe(problems);
}

// Sorted, so that the quantile p is at p * kDraws.
std::vector<Duration> draws(const Distribution& distribution) {
  Rng rng(42);
  std::vector<Duration> all;
  for (int i = 0; i < kDraws; ++i) all.push_back(distribution.sample(rng));
  std::ranges::sort(all);
  return all;
}

double milliseconds(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

double quantile(const std::vector<Duration>& sorted, double part) {
  return milliseconds(sorted[static_cast<std::size_t>(part * kDraws)]);
}

TEST(Distribution, FixedIsItsValueAndDrawsNothing) {
  Rng rng(1), untouched(1);
  EXPECT_EQ(read(R"("20ms")").sample(rng), 20ms);
  EXPECT_EQ(rng.next(), untouched.next());
}

TEST(Distribution, UniformFillsItsRange) {
  const auto all = draws(read(R"({"uniform":["50ms","150ms"]})"));
  EXPECT_GE(all.front(), 50ms);
  EXPECT_LE(all.back(), 150ms);
  EXPECT_NEAR(quantile(all, 0.5), 100, 2);
}

TEST(Distribution, NormalHasItsMeanAndDeviation) {
  const auto all = draws(read(R"({"normal":{"mean":"100ms","sd":"10ms"}})"));
  EXPECT_NEAR(quantile(all, 0.5), 100, 0.5);
  EXPECT_NEAR(quantile(all, 0.8413), 110, 0.7);  // one deviation above
}

TEST(Distribution, LognormalHasItsQuantiles) {
  const auto all = draws(read(R"({"lognormal":{"median":"40ms","p99":"400ms"}})"));
  EXPECT_NEAR(quantile(all, 0.5), 40, 1.5);
  EXPECT_NEAR(quantile(all, 0.99), 400, 40);
}

TEST(Distribution, ParetoHasItsTail) {
  const auto all = draws(read(R"({"pareto":{"scale":"10ms","shape":2}})"));
  EXPECT_GE(all.front(), 10ms);
  EXPECT_NEAR(quantile(all, 0.75), 20, 0.7);  // scale / sqrt(1 - p)
}

TEST(Distribution, ExponentialHasItsMean) {
  EXPECT_NEAR(quantile(draws(read(R"({"exponential":{"mean":"50ms"}})")), 0.5), 34.66,
              1);  // ln 2 of the mean
}

TEST(Distribution, PercentilesGoThroughTheirPoints) {
  const auto all = draws(read(R"({"percentiles":{"p50":"20ms","p99":"800ms","p100":"2s"}})"));
  EXPECT_NEAR(quantile(all, 0.5), 20, 1);
  const auto within = std::ranges::count_if(all, [](Duration delay) { return delay <= 800ms; });
  EXPECT_NEAR(static_cast<double>(within) / kDraws, 0.99, 0.003);
  EXPECT_LE(all.back(), 2s);
}

TEST(Distribution, BoundsAreDrawnAgainAndGatherNoHeap) {
  const auto all = draws(read(R"({"exponential":{"mean":"50ms"},"min":"10ms","max":"60ms"})"));
  EXPECT_GE(all.front(), 10ms);
  EXPECT_LE(all.back(), 60ms);
  EXPECT_LT(std::ranges::count(all, Duration(60ms)), kDraws / 1000);
}

TEST(Distribution, RefusesWhatMakesNoSense) {
  EXPECT_EQ(refusal(R"({"uniform":["9ms","5ms"]})"),
            "delay.uniform: must be two durations, the lesser first, not a list");
  EXPECT_EQ(refusal(R"({"lognormal":{"median":"10ms","p99":"5ms"}})"),
            "delay.lognormal.p99: must not be below the median");
  EXPECT_EQ(refusal(R"({"percentiles":{"p50":"1ms"}})"),
            "delay.percentiles: must be a map that ends with p100, not a map");
  EXPECT_EQ(refusal(R"({"norml":{}})").substr(0, 55),
            "delay.norml: is not a known key; did you mean \"normal\"?");
}

}  // namespace
}  // namespace firedrill
