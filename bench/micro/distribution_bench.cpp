#include "proxy/core/distribution.h"

#include <benchmark/benchmark.h>

#include <chrono>
#include <utility>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

void sample(benchmark::State& state, const Distribution& distribution) {
  Rng rng(1);
  for (auto _ : state) benchmark::DoNotOptimize(distribution.sample(rng));
}

BENCHMARK_CAPTURE(sample, fixed, Distribution::fixed(20ms));
BENCHMARK_CAPTURE(sample, uniform, Distribution(Distribution::Uniform{.low = 5ms, .high = 20ms}));
BENCHMARK_CAPTURE(sample, normal, Distribution(Distribution::Normal{.mean = 100ms, .sd = 20ms}));
BENCHMARK_CAPTURE(sample, lognormal,
                  Distribution(Distribution::Lognormal{.median = 40ms, .p99 = 400ms}));
BENCHMARK_CAPTURE(sample, pareto, Distribution(Distribution::Pareto{.scale = 10ms, .shape = 1.5}));
BENCHMARK_CAPTURE(sample, exponential, Distribution(Distribution::Exponential{.mean = 50ms}));
BENCHMARK_CAPTURE(sample, percentiles,
                  Distribution(Distribution::Percentiles{
                      .points = {{0.0, 0ms}, {0.5, 20ms}, {0.99, 800ms}, {1.0, 2s}}}));
// Bounds that reject about half of the draws.
BENCHMARK_CAPTURE(sample, bounded_normal,
                  Distribution(Distribution::Normal{.mean = 100ms, .sd = 20ms}, 100ms, 200ms));

}  // namespace
}  // namespace firedrill
