#include "proxy/codec/event/codec.h"

#include <benchmark/benchmark.h>

#include <string>

namespace firedrill::event {
namespace {

// About 64 KiB, one read of a worker, of events of 150 bytes.
std::string stream_of(std::string_view line_end) {
  std::string stream;
  for (int i = 1000; stream.size() < 64_KiB - 150; ++i) {
    std::string event = "id: " + std::to_string(i);
    event += line_end;
    event += "data: {\"kind\":\"order\",\"text\":\"";
    event.append(150 - event.size() - 2 - 2 * line_end.size(), 'x');
    event += "\"}";
    event += line_end;
    event += line_end;
    stream += event;
  }
  return stream;
}

void decode(benchmark::State& state, std::string_view line_end) {
  const std::string stream = stream_of(line_end);
  const auto codec = make_codec("sse");
  for (auto _ : state) {
    codec->feed(as_bytes(stream));
    while (const auto piece = codec->next()) benchmark::DoNotOptimize(raw_of(*piece).data());
  }
  const auto bytes = state.iterations() * static_cast<std::int64_t>(stream.size());
  state.SetBytesProcessed(bytes);
  state.SetItemsProcessed(bytes / 150);
}

void decode_lf(benchmark::State& state) {
  decode(state, "\n");
}
void decode_crlf(benchmark::State& state) {
  decode(state, "\r\n");
}
BENCHMARK(decode_lf)->Name("Sse/DecodeLf");
BENCHMARK(decode_crlf)->Name("Sse/DecodeCrlf");

}  // namespace
}  // namespace firedrill::event
