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

TEST(HttpMatch, ReadsTheLongFormOfTheSpecification) {
  constexpr auto kMatch = R"({
    "hostnames": ["api.staging.example", "*.svc.local"],
    "sources": ["10.0.0.0/8"],
    "matches": [{
      "path": {"type": "PathPrefix", "value": "/v1/orders"},
      "methods": ["GET", "HEAD"],
      "headers": [{"name": "x-tier", "type": "Exact", "value": "gold"}],
      "queryParams": [{"name": "page", "type": "RegularExpression", "value": "\\d+"}],
      "cookies": [{"name": "canary", "value": "1"}]}],
    "response": {"status": ["200-299"], "headers": []},
    "except": [{"path": {"type": "PathPrefix", "value": "/healthz"}}]})";
  const auto asked = [](std::string_view start, std::string_view fields, std::string_view host) {
    return accepts(kMatch, Request(start, fields, host));
  };
  constexpr auto kFields = "X-Tier: gold\r\nCookie: canary=1\r\n";
  EXPECT_TRUE(asked("GET /v1/orders/7?page=12", kFields, "api.staging.example:8080"));
  EXPECT_TRUE(asked("HEAD /v1/orders?page=1", kFields, "a.svc.local"));
  EXPECT_FALSE(asked("POST /v1/orders?page=1", kFields, "a.svc.local"));
  EXPECT_FALSE(asked("GET /v1/orders?page=x1", kFields, "a.svc.local"));
  EXPECT_FALSE(asked("GET /v1/orders?page=1", "X-Tier: gold\r\n", "a.svc.local"));
  EXPECT_FALSE(asked("GET /v1/orders?page=1", kFields, "svc.local"));
  const Request good("GET /v1/orders?page=1", kFields, "a.svc.local");
  const Match match = match_of(Family::http, kMatch);
  EXPECT_EQ(match.mismatch(peer_at("192.0.2.1"), good.head()), "sources");
  EXPECT_EQ(match.mismatch(peer_at("10.0.0.1"), good.head()), "");
  EXPECT_TRUE(match.asks_for_response());
}

TEST(HttpMatch, ReadsTheShortFormOfTheSpecification) {
  constexpr auto kMatch = R"({"path": "/healthz", "method": "GET", "host": "shop.example",
                              "header": {"x-tier": "gold"}, "source": "10.0.0.9"})";
  EXPECT_TRUE(accepts(kMatch, Request("GET /healthz/live", "X-Tier: gold\r\n")));
  EXPECT_FALSE(accepts(kMatch, Request("GET /healthz", "X-Tier: tin\r\n")));
  EXPECT_FALSE(accepts(R"({"source": "10.0.0.10"})", Request("GET /")));
}

TEST(HttpMatch, AbsoluteTargetIsMatchedByItsPathAndHost) {
  constexpr auto kMatch = R"({"host": "shop.example", "path": "/a"})";
  EXPECT_TRUE(accepts(kMatch, Request("GET http://shop.example/a/b?c")));
  EXPECT_FALSE(accepts(kMatch, Request("GET http://shop.example/b")));
}

TEST(HttpMatch, MissingPartMatchesNothingButAbsent) {
  for (const auto where : {"headers", "queryParams", "cookies"}) {
    for (const auto type : {"Exact", "RegularExpression", "Prefix", "Suffix", "Contains"}) {
      const std::string match = R"({")" + std::string(where) + R"(": [{"name": "x", "type": ")" +
                                type + R"(", "value": ""}]})";
      EXPECT_FALSE(accepts(match, Request("GET /"))) << match;
    }
    const std::string part = R"({")" + std::string(where) + R"(": [{"name": "x", "type": )";
    EXPECT_FALSE(accepts(part + R"("Present"}]})", Request("GET /"))) << where;
    EXPECT_TRUE(accepts(part + R"("Absent"}]})", Request("GET /"))) << where;
    const Request given("GET /?x=1", "X: 1\r\nCookie: x=1\r\n");
    EXPECT_TRUE(accepts(part + R"("Present"}]})", given)) << where;
    EXPECT_FALSE(accepts(part + R"("Absent"}]})", given)) << where;
  }
}

TEST(HttpMatch, RegularExpressionsAreAboutAWholeValue) {
  constexpr auto kQuery =
      R"({"queryParams": [{"name": "page", "type": "RegularExpression", "value": "\\d+"}]})";
  EXPECT_TRUE(accepts(kQuery, Request("GET /?page=12")));
  EXPECT_FALSE(accepts(kQuery, Request("GET /?page=12a")));
  constexpr auto kCookie =
      R"({"cookies": [{"name": "v", "type": "RegularExpression", "value": "a|b"}]})";
  EXPECT_TRUE(accepts(kCookie, Request("GET /", "Cookie: v=b\r\n")));
  EXPECT_FALSE(accepts(kCookie, Request("GET /", "Cookie: v=ab\r\n")));
}

// The keys, one after the other as "part:text" or "header:name=text".
std::string keys_of(std::string_view json) {
  using enum RequestKey::Part;
  std::string all;
  for (const RequestKey& key : match_of(Family::http, json).http_keys()) {
    all += all.empty() ? "" : " ";
    all += key.part == path     ? "path:"
           : key.part == prefix ? "prefix:"
           : key.part == host   ? "host:"
                                : "header:" + key.name + "=";
    all += key.text;
  }
  return all;
}

TEST(HttpMatch, GivesTheIndexWhatARequestMustHave) {
  EXPECT_EQ(
      keys_of(R"({"matches": [{"path": "/a/"}, {"path": {"type": "Exact", "value": "/b"}}]})"),
      "prefix:/a path:/b");
  EXPECT_EQ(keys_of(R"({"path": "/own", "matches": [{"path": "/a"}, {"method": "GET"}]})"),
            "prefix:/own");
  EXPECT_EQ(keys_of(R"({"hostnames": ["A.example", "[::1]"]})"), "host:a.example host:[::1]");
  EXPECT_EQ(keys_of(R"({"host": "a.example", "matches": [{"path": "/a"}]})"), "prefix:/a");
  EXPECT_EQ(keys_of(R"({"headers": [{"name": "A", "type": "Present"},
                                    {"name": "X-Tier", "value": "gold"}]})"),
            "header:X-Tier=gold");
  EXPECT_EQ(keys_of(R"({"matches": [{"header": {"a": "b"}}, {"path": "/c"}]})"),
            "header:a=b prefix:/c");
  EXPECT_EQ(keys_of(R"({"path": "/", "host": "a.example"})"), "host:a.example");
}

TEST(HttpMatch, GivesTheIndexNothingWhereAnyRequestMayFit) {
  EXPECT_EQ(keys_of("{}"), "");
  EXPECT_EQ(keys_of(R"({"matches": [{"path": "/a"}, {"method": "GET"}]})"), "");
  EXPECT_EQ(keys_of(R"({"path": {"type": "RegularExpression", "value": "/a"}})"), "");
  EXPECT_EQ(keys_of(R"({"path": "/"})"), "");
  EXPECT_EQ(keys_of(R"({"hostnames": ["a.example", "*.svc.local"]})"), "");
  EXPECT_EQ(keys_of(R"({"headers": [{"name": "a", "type": "Prefix", "value": "b"}]})"), "");
  EXPECT_EQ(keys_of(R"({"query": {"a": "b"}, "cookie": {"c": "d"}})"), "");
  EXPECT_EQ(keys_of(R"({"except": [{"path": "/a"}]})"), "");
}

}  // namespace
}  // namespace firedrill
