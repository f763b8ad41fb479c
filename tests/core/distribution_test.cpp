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

TEST(Distribution, ABoundedDrawIsTheUnboundedOneWithinTheBounds) {
  const auto bounded =
      draws(read(R"({"normal":{"mean":"100ms","sd":"20ms"},"min":"100ms","max":"120ms"})"));
  auto whole = draws(read(R"({"normal":{"mean":"100ms","sd":"20ms"}})"));
  std::erase_if(whole, [](Duration delay) { return delay < 100ms || delay > 120ms; });
  for (const double part : {0.1, 0.25, 0.5, 0.75, 0.9}) {
    const double wanted =
        milliseconds(whole[static_cast<std::size_t>(part * static_cast<double>(whole.size()))]);
    EXPECT_NEAR(quantile(bounded, part), wanted, 0.5) << part;
  }
}

TEST(Distribution, AWaveSwingsByTheTimeSinceTheActivation) {
  const auto at = [](std::string_view shape, Duration elapsed) {
    const auto wave = read(R"({"wave":{"shape":")" + std::string(shape) +
                           R"(","mean":"100ms","amplitude":"50ms","period":"60s"}})");
    Rng rng = Rng(1).split(7).at(elapsed);
    const double value = milliseconds(wave.sample(rng));
    EXPECT_EQ(rng.next(), Rng(1).split(7).next()) << "a wave draws nothing";
    return value;
  };
  EXPECT_DOUBLE_EQ(at("sine", 0s), 100);
  EXPECT_DOUBLE_EQ(at("sine", 15s), 150);
  EXPECT_DOUBLE_EQ(at("sine", 45s), 50);
  EXPECT_NEAR(at("sine", 65s), 125, 0.001) << "and again";
  EXPECT_DOUBLE_EQ(at("square", 29s), 150);
  EXPECT_DOUBLE_EQ(at("square", 30s), 50);
  EXPECT_DOUBLE_EQ(at("saw", 0s), 50);
  EXPECT_DOUBLE_EQ(at("saw", 45s), 125);
  EXPECT_DOUBLE_EQ(at("triangle", 0s), 100);
  EXPECT_DOUBLE_EQ(at("triangle", 15s), 150);
  EXPECT_DOUBLE_EQ(at("triangle", 30s), 100);
  EXPECT_DOUBLE_EQ(at("triangle", 45s), 50);
}

TEST(Distribution, AWaveIsClippedAtItsBounds) {
  const auto wave = read(
      R"({"wave":{"shape":"square","mean":"9ms","amplitude":"9ms","period":"2s"},"max":"10ms"})");
  Rng high = Rng(1).at(0s);
  Rng low = Rng(1).at(1s);
  EXPECT_EQ(wave.sample(high), 10ms);
  EXPECT_EQ(wave.sample(low), 0ms);
}

TEST(Distribution, ATraceGivesWhatWasMeasuredAsOftenAsItWas) {
  const auto all = draws(read(R"({"trace":["5ms","5ms","5ms","800ms"]})"));
  const auto slow = std::ranges::count(all, Duration(800ms));
  EXPECT_EQ(std::ranges::count(all, Duration(5ms)) + slow, kDraws);
  EXPECT_NEAR(static_cast<double>(slow), kDraws / 4.0, 310);  // five deviations
}

TEST(Distribution, RefusesWhatMakesNoSense) {
  EXPECT_EQ(refusal(R"({"trace":[]})"), "delay.trace: must be one duration or more, not a list");
  EXPECT_EQ(refusal(R"({"wave":{"shape":"sine","mean":"1ms","amplitude":"2ms","period":"1s"}})"),
            "delay.wave.amplitude: must not be more than the mean");
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
