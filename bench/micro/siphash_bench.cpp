#include "proxy/core/siphash.h"

#include <benchmark/benchmark.h>

#include <string>

namespace firedrill {
namespace {

// The decision whom a share hits is one hash over the fault's name and the key of the traffic.
void decide(benchmark::State& state) {
  const std::string key(static_cast<std::size_t>(state.range(0)), 'k');
  for (auto _ : state) {
    std::string_view text = key;
    benchmark::DoNotOptimize(text);
    benchmark::DoNotOptimize(siphash(1, 2, text));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(decide)->Name("siphash/bytes")->Arg(8)->Arg(16)->Arg(32)->Arg(64)->Arg(256);

}  // namespace
}  // namespace firedrill
