#include "tests/model/reading.h"

namespace firedrill {
namespace {

TEST(HttpMatch, WithoutPartsAcceptsEverything) {
  EXPECT_TRUE(match_of(Family::http, "{}").everything());
  EXPECT_TRUE(match_of(Family::http, R"({"path": null})").everything());
  EXPECT_TRUE(accepts("{}", Request("DELETE /anything?x=1")));
}

TEST(HttpMatch, BarePathIsAPrefixByWholeElements) {
  constexpr auto kMatch = R"({"path": "/v1/orders"})";
  EXPECT_TRUE(accepts(kMatch, Request("GET /v1/orders")));
  EXPECT_TRUE(accepts(kMatch, Request("GET /v1/orders/")));
  EXPECT_TRUE(accepts(kMatch, Request("GET /v1/orders/7?page=2")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /v1/orders-old")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /v1")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /V1/orders")));
}

TEST(HttpMatch, SlashAtTheEndOfAPrefixDoesNotCount) {
  EXPECT_TRUE(accepts(R"({"path": "/a/"})", Request("GET /a")));
  EXPECT_FALSE(accepts(R"({"path": "/a/"})", Request("GET /ab")));
  EXPECT_TRUE(accepts(R"({"path": "/"})", Request("GET /anything")));
}

TEST(HttpMatch, ExactPathIsTheWholePathWithoutQuery) {
  constexpr auto kMatch = R"({"path": {"type": "Exact", "value": "/a"}})";
  EXPECT_TRUE(accepts(kMatch, Request("GET /a")));
  EXPECT_TRUE(accepts(kMatch, Request("GET /a?b=c")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /a/")));
}

TEST(HttpMatch, PathIsComparedRaw) {
  EXPECT_FALSE(accepts(R"({"path": "/ab"})", Request("GET /%61b")));
  EXPECT_FALSE(accepts(R"({"path": "/b"})", Request("GET /a/../b")));
  EXPECT_TRUE(accepts(R"({"path": "/%61b"})", Request("GET /%61b")));
}

TEST(HttpMatch, RegularExpressionIsAboutTheWholePath) {
  constexpr auto kMatch = R"({"path": {"type": "RegularExpression", "value": "/orders/\\d+"}})";
  EXPECT_TRUE(accepts(kMatch, Request("GET /orders/42?x")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /orders/42/lines")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /v1/orders/42")));
}

TEST(HttpMatch, MethodsAreAlternatives) {
  constexpr auto kMatch = R"({"methods": ["GET", "HEAD"]})";
  EXPECT_TRUE(accepts(kMatch, Request("GET /")));
  EXPECT_TRUE(accepts(kMatch, Request("HEAD /")));
  EXPECT_FALSE(accepts(kMatch, Request("POST /")));
  EXPECT_TRUE(accepts(R"({"method": "PURGE"})", Request("PURGE /")));
}

TEST(HttpMatch, HostnamesIgnoreCaseAndPort) {
  constexpr auto kMatch = R"({"hostnames": ["Shop.example", "*.svc.local"]})";
  EXPECT_TRUE(accepts(kMatch, Request("GET /", "", "shop.EXAMPLE:8080")));
  EXPECT_TRUE(accepts(kMatch, Request("GET /", "", "a.svc.local")));
  EXPECT_TRUE(accepts(kMatch, Request("GET /", "", "a.b.SVC.local")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /", "", "svc.local")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /", "", "asvc.local")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /", "", "www.shop.example")));
  EXPECT_TRUE(accepts(R"({"host": "[::1]"})", Request("GET /", "", "[::1]:80")));
}

struct HeaderCase {
  std::string_view wanted;  // type and value
  std::string_view fields;
  bool accepted;
};

class HeaderMatch : public testing::TestWithParam<HeaderCase> {};

TEST_P(HeaderMatch, FollowsItsOperator) {
  const std::string match =
      R"({"headers": [{"name": "X-Tier", )" + std::string(GetParam().wanted) + "}]}";
  EXPECT_EQ(accepts(match, Request("GET /", GetParam().fields)), GetParam().accepted)
      << match << " on " << GetParam().fields;
}

INSTANTIATE_TEST_SUITE_P(
    Operators, HeaderMatch,
    testing::Values(
        HeaderCase{R"("value": "gold")", "x-tier: gold\r\n", true},
        HeaderCase{R"("type": "Exact", "value": "gold")", "X-TIER:gold\r\n", true},
        HeaderCase{R"("value": "gold")", "x-tier: Gold\r\n", false},
        HeaderCase{R"("value": "gold")", "", false},
        HeaderCase{R"("value": "")", "x-tier:\r\n", true}, HeaderCase{R"("value": "")", "", false},
        HeaderCase{R"("value": "gold, blue")", "x-tier: gold\r\nX-Tier: blue\r\n", true},
        HeaderCase{R"("value": "gold")", "x-tier: gold\r\nX-Tier: blue\r\n", false},
        HeaderCase{R"("value": 5)", "x-tier: 5\r\n", true},
        HeaderCase{R"("type": "RegularExpression", "value": "g.*d")", "x-tier: gold\r\n", true},
        HeaderCase{R"("type": "RegularExpression", "value": "g.*d")", "x-tier: golds\r\n", false},
        HeaderCase{R"("type": "RegularExpression", "value": ".*")", "", false},
        HeaderCase{R"("type": "Present")", "x-tier:\r\n", true},
        HeaderCase{R"("type": "Present")", "", false}, HeaderCase{R"("type": "Absent")", "", true},
        HeaderCase{R"("type": "Absent")", "x-tier: a\r\n", false},
        HeaderCase{R"("type": "Prefix", "value": "go")", "x-tier: gold\r\n", true},
        HeaderCase{R"("type": "Prefix", "value": "go")", "x-tier: ago\r\n", false},
        HeaderCase{R"("type": "Prefix", "value": "")", "", false},
        HeaderCase{R"("type": "Suffix", "value": "ld")", "x-tier: gold\r\n", true},
        HeaderCase{R"("type": "Suffix", "value": "ld")", "x-tier: golds\r\n", false},
        HeaderCase{R"("type": "Contains", "value": "ol")", "x-tier: gold\r\n", true},
        HeaderCase{R"("type": "Contains", "value": "lo")", "x-tier: gold\r\n", false}));

TEST(HttpMatch, QueryParametersAreComparedAsSentAndTheFirstCounts) {
  constexpr auto kMatch = R"({"queryParams": [{"name": "page", "value": "2"}]})";
  EXPECT_TRUE(accepts(kMatch, Request("GET /?page=2")));
  EXPECT_TRUE(accepts(kMatch, Request("GET /?a&page=2&b=c")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /?page=3&page=2")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /?Page=2")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /?page=%32")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /")));
  EXPECT_TRUE(accepts(R"({"query": {"flag": ""}})", Request("GET /?x=1&flag")));
  EXPECT_TRUE(accepts(R"({"query": {"a": "b=c"}})", Request("GET /?a=b=c")));
}

TEST(HttpMatch, CookiesAreFoundInAnyCookieLine) {
  constexpr auto kMatch = R"({"cookies": [{"name": "canary", "value": "1"}]})";
  EXPECT_TRUE(accepts(kMatch, Request("GET /", "Cookie: a=b; canary=1\r\n")));
  EXPECT_TRUE(accepts(kMatch, Request("GET /", "cookie: a=b\r\ncookie: canary=1\r\n")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /", "Cookie: canary=0; canary=1\r\n")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /", "Cookie: xcanary=1\r\n")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /")));
  EXPECT_TRUE(accepts(R"({"cookie": {"canary": 1}})", Request("GET /", "Cookie: canary=1\r\n")));
}

TEST(HttpMatch, PartsOfAnEntryMustAllHold) {
  constexpr auto kMatch =
      R"({"path": "/a", "method": "GET", "header": {"x-tier": "gold"}, "host": "shop.example"})";
  EXPECT_TRUE(accepts(kMatch, Request("GET /a", "X-Tier: gold\r\n")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /b", "X-Tier: gold\r\n")));
  EXPECT_FALSE(accepts(kMatch, Request("PUT /a", "X-Tier: gold\r\n")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /a", "X-Tier: tin\r\n")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /a", "X-Tier: gold\r\n", "other.example")));
}

TEST(HttpMatch, EntriesOfMatchesAreAlternativesAndExceptTakesAway) {
  constexpr auto kMatch = R"({"matches": [{"path": "/a"}, {"path": "/b", "methods": ["PUT"]}],
                              "except": [{"path": "/a/healthz"}]})";
  EXPECT_TRUE(accepts(kMatch, Request("GET /a")));
  EXPECT_TRUE(accepts(kMatch, Request("PUT /b")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /b")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /a/healthz")));
  EXPECT_FALSE(accepts(R"({"except": [{"healthchecks": true}]})",
                       Request("GET /", "User-Agent: kube-probe/1.29\r\n")));
}

TEST(HttpMatch, PartsBesideMatchesMustHoldToo) {
  constexpr auto kMatch = R"({"method": "GET", "matches": [{"path": "/a"}, {"path": "/b"}]})";
  EXPECT_TRUE(accepts(kMatch, Request("GET /b")));
  EXPECT_FALSE(accepts(kMatch, Request("PUT /b")));
}

TEST(HttpMatch, HealthChecksAreKnownByWhatProbesSend) {
  constexpr auto kMatch = R"({"healthchecks": true})";
  for (const auto agent :
       {"ELB-HealthChecker/2.0", "ELB-HealthChecker/1.0", "kube-probe/1.29", "GoogleHC/1.0",
        "Consul Health Check", "Envoy/HC", "nginx/1.25.3 (health check)",
        "NGINX/1.15.10 (Health Check)", "Amazon-Route53-Health-Check-Service (ref 1; report x)"}) {
    const std::string field = "User-Agent: " + std::string(agent) + "\r\n";
    EXPECT_TRUE(accepts(kMatch, Request("GET /any", field))) << agent;
  }
  EXPECT_TRUE(accepts(kMatch, Request("OPTIONS /")));
  EXPECT_FALSE(accepts(kMatch, Request("OPTIONS /api")));
  EXPECT_FALSE(accepts(kMatch, Request("OPTIONS /", "User-Agent: Mozilla/5.0\r\n")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /healthz", "User-Agent: curl/8.0\r\n")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /healthz", "User-Agent: nginx/1.25.3\r\n")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /healthz")));
}

TEST(HttpMatch, GivesTheIndexThePathsThatARequestMustFit) {
  const auto texts = [](std::string_view json) {
    std::string all;
    for (const PathMatcher& path : match_of(Family::http, json).http_paths()) {
      all += path.text() + (path.type() == PathMatcher::Type::exact ? "$ " : " ");
    }
    return all;
  };
  EXPECT_EQ(texts(R"({"matches": [{"path": "/a/"}, {"path": {"type": "Exact", "value": "/b"}}]})"),
            "/a /b$ ");
  EXPECT_EQ(texts(R"({"path": "/own", "matches": [{"path": "/a"}, {"method": "GET"}]})"), "/own ");
  EXPECT_EQ(texts(R"({"matches": [{"path": "/a"}, {"method": "GET"}]})"), "");
  EXPECT_EQ(texts(R"({"path": {"type": "RegularExpression", "value": "/a"}})"), "");
}

}  // namespace
}  // namespace firedrill
