#include "proxy/model/rule_index.h"

#include "proxy/codec/dns/name.h"

#include <benchmark/benchmark.h>

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

// One request that a single rule among `range` is about.
void BM_HttpIndexHit(benchmark::State& state) {
  HttpRuleIndex index;
  for (int i = 0; i < state.range(0); ++i) {
    index.add(rule_for(Family::http, "path", "/v1/service-" + std::to_string(i)));
  }
  for (auto _ : state) {
    std::size_t candidates = 0;
    index.each_candidate("/v1/service-0/orders/42", [&](const RulePtr&) { ++candidates; });
    benchmark::DoNotOptimize(candidates);
  }
}
BENCHMARK(BM_HttpIndexHit)->Arg(1)->Arg(100)->Arg(1000);

}  // namespace
}  // namespace firedrill
