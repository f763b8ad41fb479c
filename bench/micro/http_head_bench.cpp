// The cost of reading a head and of deciding what is sent on, per message.

#include "proxy/codec/http/body.h"
#include "proxy/codec/http/forward.h"

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

namespace firedrill::http {
namespace {

constexpr std::string_view kBrowserRequest =
    "GET /shop/items?page=2 HTTP/1.1\r\n"
    "Host: staging.example.com\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101\r\n"
    "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\n"
    "Accept-Language: en-US,en;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "Cookie: session=4f9a2c71e0\r\n"
    "Connection: keep-alive\r\n"
    "\r\n";

constexpr std::string_view kApiRequest =
    "POST /v1/orders/7d3f/lines HTTP/1.1\r\n"
    "Host: orders.internal:8080\r\n"
    "User-Agent: orders-client/3.2\r\n"
    "Accept: application/json\r\n"
    "Content-Type: application/json\r\n"
    "Content-Length: 482\r\n"
    "Authorization: Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJvcmRlcnMifQ.c2lnbmF0dXJl\r\n"
    "X-Request-Id: 3c9b7d52-1f0e-4a56-9c1d-0f6a2b7e8d41\r\n"
    "X-Forwarded-For: 10.2.31.7\r\n"
    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"
    "Accept-Encoding: gzip\r\n"
    "\r\n";

constexpr std::string_view kResponse =
    "HTTP/1.1 200 OK\r\n"
    "Date: Mon, 06 May 2024 10:00:00 GMT\r\n"
    "Server: nginx\r\n"
    "Content-Type: application/json; charset=utf-8\r\n"
    "Content-Length: 1734\r\n"
    "Cache-Control: private, max-age=0\r\n"
    "ETag: \"5f3e-6c6\"\r\n"
    "Vary: Accept-Encoding\r\n"
    "\r\n";

void scan_request(benchmark::State& state, std::string_view message) {
  RequestScanner scanner;
  for (auto _ : state) {
    benchmark::DoNotOptimize(message);
    benchmark::DoNotOptimize(scanner.scan(as_bytes(message)));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(message.size()));
}
BENCHMARK_CAPTURE(scan_request, browser, kBrowserRequest);
BENCHMARK_CAPTURE(scan_request, api, kApiRequest);

void scan_response(benchmark::State& state) {
  ResponseScanner scanner;
  std::string_view message = kResponse;
  for (auto _ : state) {
    benchmark::DoNotOptimize(message);
    benchmark::DoNotOptimize(scanner.scan(as_bytes(message), ResponseTo::other));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(message.size()));
}
BENCHMARK(scan_response);

void forward_request(benchmark::State& state, std::string_view message) {
  RequestScanner scanner;
  if (!scanner.scan(as_bytes(message)).complete()) state.SkipWithError("bad message");
  ForwardedHead forwarded;
  for (auto _ : state) {
    forwarded.gather(scanner.head());
    benchmark::DoNotOptimize(forwarded.pieces().data());
  }
}
BENCHMARK_CAPTURE(forward_request, browser, kBrowserRequest);
BENCHMARK_CAPTURE(forward_request, api, kApiRequest);

void relay_chunks(benchmark::State& state) {
  std::string body;
  const auto size = static_cast<std::size_t>(state.range(0));
  while (body.size() < 64_KiB) {
    body += ChunkHeader(size).text();
    body += std::string(size, 'x');
    body += kChunkEnd;
  }
  for (auto _ : state) {
    BodyReader reader({.kind = Framing::Kind::chunked});
    benchmark::DoNotOptimize(reader.relay(as_bytes(body)));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(relay_chunks)->Arg(64)->Arg(4096);

}  // namespace
}  // namespace firedrill::http
