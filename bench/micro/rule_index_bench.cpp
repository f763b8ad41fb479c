#include "proxy/model/rule_index.h"

#include "proxy/codec/dns/name.h"

#include <benchmark/benchmark.h>
#include <boost/json/parse.hpp>

#include <string>

namespace firedrill {
namespace {

RulePtr rule_for(Family family, std::string_view key, std::string value) {
  Problems problems;
  const Value match(
      Value::Map{{.key = std::string(key), .value = Value::string(std::move(value))}});
  auto rule = std::make_shared<Rule>();
  rule->match = Match::read(match, "match", family, problems).value();
  return rule;
}

Bytes query_for(std::string_view name) {
  Bytes message(dns::kHeaderSize);
  dns::write_u16(message, 4, 1);
  const Bytes wire = dns::parse_name(name).value();
  message.insert(message.end(), wire.begin(), wire.end());
  message.resize(message.size() + 4);
  dns::write_u16(message, message.size() - 4, 1);
  dns::write_u16(message, message.size() - 2, dns::kClassIn);
  return message;
}

// One query of five labels that no rule is about, among `range` rules: exact names, suffixes,
// globs.
void BM_DnsIndexMiss(benchmark::State& state) {
  DnsRuleIndex index;
  for (int i = 0; i < state.range(0); ++i) {
    const std::string name = "service-" + std::to_string(i) + ".prod.internal.example";
    constexpr std::string_view kFronts[] = {"", "*.", "api-*."};
    index.add(rule_for(Family::dns, "name", std::string(kFronts[i % 3]).append(name)));
  }
  const Bytes message = query_for("payments.staging.internal.example.com");
  const dns::Query query = dns::parse_query(message);
  for (auto _ : state) {
    std::size_t candidates = 0;
    index.each_candidate(query.question, [&](const RulePtr&) { ++candidates; });
    benchmark::DoNotOptimize(candidates);
  }
}
BENCHMARK(BM_DnsIndexMiss)->Arg(0)->Arg(1)->Arg(100)->Arg(1000)->Arg(10000);

// What a browser sends, 12 fields.
constexpr std::string_view kRequest =
    "GET /v1/service-0/orders/42 HTTP/1.1\r\n"
    "Host: shop.staging.internal.example:8080\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/124.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    "Accept-Language: en-US,en;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "Referer: https://shop.staging.internal.example/cart\r\n"
    "Cookie: session=0123456789abcdef0123456789abcdef; canary=1\r\n"
    "X-User-Id: 4711\r\n"
    "X-Request-Id: 6f1d4b0e-3f0c-4a52-9f7e-1c1f0f5ad0c1\r\n"
    "Cache-Control: no-cache\r\n"
    "Pragma: no-cache\r\n\r\n";

// Asks about the request; each rule selects by `part_of(i)`, a match in JSON.
void ask(benchmark::State& state, std::string (*part_of)(int)) {
  HttpRuleIndex index;
  for (int i = 0; i < state.range(0); ++i) {
    Problems problems;
    auto rule = std::make_shared<Rule>();
    rule->match =
        Match::read(from_json(boost::json::parse(part_of(i))), "match", Family::http, problems)
            .value();
    index.add(std::move(rule));
  }
  http::RequestScanner scanner;
  if (!scanner.scan(as_bytes(kRequest)).complete()) return state.SkipWithError("no request");
  std::size_t candidates = 0;
  for (auto _ : state) {
    index.each_candidate(scanner.head(), [&](const RulePtr&) { ++candidates; });
    benchmark::DoNotOptimize(candidates);
  }
  state.counters["candidates"] =
      benchmark::Counter(static_cast<double>(candidates), benchmark::Counter::kAvgIterations);
}

std::string number(int i) {
  return std::to_string(i + 1);
}

// One request that a single rule among `range` is about.
void BM_HttpIndexHit(benchmark::State& state) {
  ask(state, [](int i) { return R"({"path": "/v1/service-)" + std::to_string(i) + R"("})"; });
}
BENCHMARK(BM_HttpIndexHit)->Arg(1)->Arg(100)->Arg(1000);

// One request that none of `range` rules is about.
void BM_HttpIndexMissByPath(benchmark::State& state) {
  ask(state, [](int i) { return R"({"path": "/v1/service-)" + number(i) + R"("})"; });
}
BENCHMARK(BM_HttpIndexMissByPath)->Arg(0)->Arg(1)->Arg(100)->Arg(1000);

void BM_HttpIndexMissByHost(benchmark::State& state) {
  ask(state, [](int i) { return R"({"host": "shop-)" + number(i) + R"(.example"})"; });
}
BENCHMARK(BM_HttpIndexMissByHost)->Arg(0)->Arg(1)->Arg(100)->Arg(1000);

void BM_HttpIndexMissByHeaderValue(benchmark::State& state) {
  ask(state, [](int i) { return R"({"header": {"x-user-id": "user-)" + number(i) + R"("}})"; });
}
BENCHMARK(BM_HttpIndexMissByHeaderValue)->Arg(0)->Arg(1)->Arg(100)->Arg(1000);

void BM_HttpIndexMissByHeaderName(benchmark::State& state) {
  ask(state, [](int i) { return R"({"header": {"x-canary-)" + number(i) + R"(": "1"}})"; });
}
BENCHMARK(BM_HttpIndexMissByHeaderName)->Arg(0)->Arg(1)->Arg(100)->Arg(1000);

}  // namespace
}  // namespace firedrill
