// What a fault costs where it does nothing: the price of being there, per segment.
#include "proxy/core/fields.h"
#include "proxy/fault/link.h"
#include "proxy/fault/registry.h"

#include <benchmark/benchmark.h>

#include <array>

namespace firedrill {
namespace {

constexpr TimePoint kNow{std::chrono::hours(1)};

std::unique_ptr<LinkStage> latency_of_nothing(const Rng& rng) {
  Problems problems;
  const Value with(Value::Map{{"delay", Value::string("0")}});
  Fields fields(with, "with", problems);
  static Activity activity;
  return find_fault_type("tcp.latency")
      ->compile(fields)
      ->make_stage({.now = kNow, .rng = rng, .side = Direction::response, .activity = activity});
}

// A segment of 64 bytes in, through as many stages as the argument says, and out.
void segment_through_stages(benchmark::State& state) {
  Link link(1_MiB);
  std::vector<StagePlan> plans;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    const auto key = static_cast<std::uint64_t>(i);
    plans.push_back({key, latency_of_nothing(Rng(key))});
  }
  link.set_stages(std::move(plans), kNow);
  const std::array<std::byte, 64> bytes{};
  for (auto _ : state) {
    link.on_data(bytes, kNow);
    link.advance(kNow);
    const ByteView ready = link.ready();
    benchmark::DoNotOptimize(ready.data());
    link.consume(ready.size());
  }
}
BENCHMARK(segment_through_stages)->Arg(0)->Arg(1)->Arg(3)->Arg(10);

// What a session asks before each read while no fault is active.
void bypass_check(benchmark::State& state) {
  Link link(1_MiB);
  for (auto _ : state) {
    benchmark::DoNotOptimize(&link);
    benchmark::ClobberMemory();
    bool bypassed = link.bypassed();
    benchmark::DoNotOptimize(bypassed);
  }
}
BENCHMARK(bypass_check);

}  // namespace
}  // namespace firedrill
