#include "proxy/codec/http/head.h"
#include "proxy/model/rule.h"

#include <benchmark/benchmark.h>

#include <boost/json/parse.hpp>

#include <string_view>

namespace firedrill {
namespace {

constexpr std::string_view kRequest =
    "GET /v1/orders/42?page=2 HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: curl/8.0\r\n"
    "Accept: */*\r\nX-Tier: gold\r\nCookie: session=abc; canary=1\r\n\r\n";

Rule rule_of(std::string_view match, Share share) {
  Problems problems;
  Rule rule;
  rule.match =
      Match::read(from_json(boost::json::parse(match)), "match", Family::http, problems).value();
  rule.share = std::move(share);
  rule.seed = rule_seed(42, "checkout-503");
  static const FaultSpec kNothing;
  rule.spec = FaultSpecPtr(FaultSpecPtr(), &kNothing);
  rule.state = std::make_shared<RuleState>();
  return rule;
}

// Everything that an active rule costs a request: match, subject, share and counters.
void decide(benchmark::State& state, std::string_view match, Share share) {
  const Rule rule = rule_of(match, std::move(share));
  http::RequestScanner scanner;
  if (!scanner.scan(as_bytes(kRequest)).complete()) state.SkipWithError("bad request");
  const Peer peer{.address = parse_ip("10.0.0.9").value(), .port = 4711, .connection = 7};
  std::uint64_t request = 0;
  for (auto _ : state) {
    bool hit = rule.match.accepts(peer, scanner.head());
    if (hit) {
      const Subject subject{.text = rule.subject_text(peer, ++request, &scanner.head()),
                            .peer = &peer};
      hit = rule.admit(subject, {}).outcome == Outcome::hit;
    }
    benchmark::DoNotOptimize(hit);
  }
}

void BM_DecideElsewhere(benchmark::State& state) {
  decide(state, R"({"path": "/healthz"})", {.of = {0.5}});
}
BENCHMARK(BM_DecideElsewhere);

void BM_DecideByPath(benchmark::State& state) {
  decide(state, R"({"path": "/v1/orders"})", {.of = {0.5}});
}
BENCHMARK(BM_DecideByPath);

void BM_DecideByHeaderAndCookie(benchmark::State& state) {
  decide(state, R"({"header": {"x-tier": "gold"}, "cookie": {"canary": 1}})", {.of = {0.5}});
}
BENCHMARK(BM_DecideByHeaderAndCookie);

void BM_DecideByClient(benchmark::State& state) {
  decide(state, "{}", {.of = {0.5}, .by = Share::By::client});
}
BENCHMARK(BM_DecideByClient);

}  // namespace
}  // namespace firedrill
