#include "tests/model/reading.h"

#include <gmock/gmock.h>

namespace firedrill {
namespace {

using testing::StartsWith;

struct Mistake {
  Family family;
  std::string_view json;
  std::string_view said;
};

class MatchMistake : public testing::TestWithParam<Mistake> {};

TEST_P(MatchMistake, IsNamedWithItsPath) {
  EXPECT_EQ(mistakes_of(GetParam().family, GetParam().json), GetParam().said) << GetParam().json;
}

constexpr auto kHttp = Family::http;

INSTANTIATE_TEST_SUITE_P(
    Http, MatchMistake,
    testing::Values(
        Mistake{kHttp, "[]", "match: must be a map, not a list"},
        Mistake{kHttp, R"({"matches": []})",
                "match.matches: must not be empty; leave it out to match everything"},
        Mistake{kHttp, R"({"matches": {"path": "/"}})",
                "match.matches: must be a list of maps, not a map"},
        Mistake{kHttp, R"({"matches": ["/a"]})", "match.matches[0]: must be a map, not \"/a\""},
        Mistake{kHttp, R"({"pathh": "/a"})",
                "match.pathh: is not a known key; did you mean \"path\"?"},
        Mistake{kHttp, R"({"matches": [{"path": "/"}, {"metod": "GET"}]})",
                "match.matches[1].metod: is not a known key; did you mean \"method\"?"},
        Mistake{kHttp, R"({"path": "healthz"})",
                "match.path: must begin with a slash, not \"healthz\""},
        Mistake{kHttp, R"({"path": "/a?b=c"})",
                "match.path: must be without the query; match that by queryParams, not \"/a?b=c\""},
        Mistake{kHttp, R"({"path": "/a b"})",
                "match.path: must be as it is sent: visible ASCII, the rest as %XX, not \"/a b\""},
        Mistake{kHttp, R"({"path": "/a#b"})",
                "match.path: must be without a fragment, which clients do not send, not \"/a#b\""},
        Mistake{kHttp, R"({"path": ["/a"]})",
                "match.path: must be a path such as /healthz, not a list"},
        Mistake{kHttp, R"({"path": {"type": "Prefix", "value": "/a"}})",
                "match.path.type: must be one of Exact, PathPrefix, RegularExpression, not "
                "\"Prefix\""},
        Mistake{kHttp, R"({"path": {"type": "Exact"}})", "match.path.value: is required"},
        Mistake{kHttp, R"({"path": {"type": "RegularExpression", "value": "/(a"}})",
                "match.path.value: must be a regular expression of RE2: missing ): /(a"},
        Mistake{kHttp, R"({"methods": []})",
                "match.methods: must not be empty; leave it out to match everything"},
        Mistake{kHttp, R"({"methods": ["GET", "post"]})",
                "match.methods[1]: must be POST, for methods have case, not \"post\""},
        Mistake{kHttp, R"({"method": "G T"})",
                "match.method: must be a method such as GET, not \"G T\""},
        Mistake{kHttp, R"({"method": "GET", "methods": ["PUT"]})",
                "match.method: must not stand beside methods"},
        Mistake{kHttp, R"({"hostnames": ["a.example:80"]})",
                "match.hostnames[0]: must be a host name without a port, such as api.example or "
                "*.example, not \"a.example:80\""},
        Mistake{kHttp, R"({"host": "*"})",
                "match.host: must be a host name without a port, such as api.example or "
                "*.example, not \"*\""},
        Mistake{kHttp, R"({"headers": {"x-tier": "gold"}})",
                "match.headers: must be a list of maps with name, type and value, not a map"},
        Mistake{kHttp, R"({"header": [1]})",
                "match.header: must be a map from names to values, not a list"},
        Mistake{kHttp, R"({"headers": [{"value": "a"}]})", "match.headers[0].name: is required"},
        Mistake{kHttp, R"({"headers": [{"name": "a"}]})", "match.headers[0].value: is required"},
        Mistake{kHttp, R"({"headers": [{"name": "a b", "value": "c"}]})",
                "match.headers[0].name: must be the name of a header, not \"a b\""},
        Mistake{kHttp, R"({"header": {"a:": "c"}})",
                "match.header.a:: must be the name of a header, not \"a:\""},
        Mistake{kHttp, R"({"headers": [{"name": "a", "type": "exact", "value": "b"}]})",
                "match.headers[0].type: must be one of Exact, RegularExpression, Present, Absent, "
                "Prefix, Suffix, Contains, not \"exact\""},
        Mistake{kHttp, R"({"headers": [{"name": "a", "type": "Absent", "value": "b"}]})",
                "match.headers[0].value: must be left out with type Absent"},
        Mistake{kHttp, R"({"cookies": [{"name": "a", "type": "RegularExpression", "value": "*"}]})",
                "match.cookies[0].value: must be a regular expression of RE2: no argument for "
                "repetition operator: *"},
        Mistake{kHttp, R"({"query": {"a": [1]}})", "match.query.a: must be a string, not a list"},
        Mistake{kHttp, R"({"healthchecks": false})",
                "match.healthchecks: must be true; for the opposite, use it in `except`"},
        Mistake{kHttp, R"({"healthchecks": "yes"})",
                "match.healthchecks: must be true or false, not \"yes\""},
        Mistake{kHttp, R"({"source": "10.0.0.0/33"})",
                "match.source: must be an address or block such as 10.0.0.0/8 or 2001:db8::/32, "
                "not \"10.0.0.0/33\""}));

constexpr std::string_view kStatuses =
    "must be a status from 200 to 599, a range such as 500-599, or 5xx, not ";

class ResponseMatchMistake : public testing::TestWithParam<Mistake> {};

TEST_P(ResponseMatchMistake, IsNamedWithItsPath) {
  const std::string json = R"({"response": )" + std::string(GetParam().json) + "}";
  EXPECT_EQ(mistakes_of(kHttp, json), "match.response" + std::string(GetParam().said)) << json;
}

INSTANTIATE_TEST_SUITE_P(
    Http, ResponseMatchMistake,
    testing::Values(
        Mistake{kHttp, "[]", ": must be a map, not a list"},
        Mistake{kHttp, "500", ": must be a map, not \"500\""},
        Mistake{kHttp, R"({"status": []})",
                ".status: must not be empty; leave it out to match everything"},
        Mistake{kHttp, R"({"satus": 500})", ".satus: is not a known key; did you mean \"status\"?"},
        Mistake{kHttp, R"({"headers": {"a": "b"}})",
                ".headers: must be a list of maps with name, type and value, not a map"},
        Mistake{kHttp, R"({"headers": [{"name": "a:", "value": "b"}]})",
                ".headers[0].name: must be the name of a header, not \"a:\""},
        Mistake{kHttp, R"({"headers": [{"name": "a", "type": "Present", "value": "b"}]})",
                ".headers[0].value: must be left out with type Present"}));

TEST(ResponseMatchMistakes, StatusesAreFinalOnesAndRangesAscend) {
  for (const std::string_view status :
       {"199", "600", "100", "1xx", "6xx", "50", "5000", "5XX", "xx", "500-", "-500", "599-500",
        "500 - 599", "500-5xx", "0500", "+500", "5e2", "", "ok"}) {
    const std::string json = R"({"response": {"status": [")" + std::string(status) + R"("]}})";
    EXPECT_EQ(mistakes_of(kHttp, json), "match.response.status[0]: " + std::string(kStatuses) +
                                            '"' + std::string(status) + '"');
  }
}

TEST(ResponseMatchMistakes, OnlyHttpAndDnsKnowResponses) {
  for (const Family family : {Family::tcp, Family::stream}) {
    EXPECT_THAT(mistakes_of(family, R"({"response": {"status": 500}})"),
                StartsWith("match.response: is not a known key"));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Others, MatchMistake,
    testing::Values(
        Mistake{Family::tcp, R"({"path": "/a"})",
                "match.path: is not a known key; known are sources, source"},
        Mistake{Family::dns, R"({"names": []})",
                "match.names: must not be empty; leave it out to match everything"},
        Mistake{Family::dns, R"({"name": "a..b"})", "match.name: \"a..b\" has an empty label"},
        Mistake{Family::dns, R"({"names": ["ok.example", "~(a"]})",
                "match.names[1]: must be a regular expression of RE2: missing ): (a"},
        Mistake{Family::dns, R"({"qtypes": ["A", "AAAAA"]})",
                "match.qtypes[1]: must be a record type such as A, AAAA, ANY or TYPE65, not "
                "\"AAAAA\""},
        Mistake{Family::dns, R"({"qtype": "TYPE65536"})",
                "match.qtype: must be a record type such as A, AAAA, ANY or TYPE65, not "
                "\"TYPE65536\""},
        Mistake{Family::dns, R"({"transport": "quic"})",
                "match.transport: must be one of udp, tcp, not \"quic\""},
        Mistake{Family::dns, R"({"path": "/a"})",
                "match.path: is not a known key; known are sources, source, expand_search, names, "
                "name, except, qtypes, qtype, transport, response"},
        Mistake{Family::http, R"({"payload": "x"})",
                "match.payload: is not a known key; known are sources, source, hostnames, host, "
                "path, methods, method, headers, header, queryParams, query, cookies, cookie, "
                "healthchecks, matches, except, response"},
        Mistake{Family::stream, R"({"event": []})",
                "match.event: must not be empty; leave it out to match everything"},
        Mistake{Family::stream, R"({"payload": "[a"})",
                "match.payload: must be a regular expression of RE2: missing ]: [a"},
        Mistake{Family::stream, R"({"sticky": 1})",
                "match.sticky: must be true or false, not \"1\""},
        Mistake{Family::stream, R"({"json": "kind"})",
                "match.json: must be a map from JSON Pointers to values, not \"kind\""},
        Mistake{Family::stream, R"({"json": {"kind": "a"}})",
                "match.json.kind: must be a JSON Pointer such as /order/total"},
        Mistake{Family::stream, R"({"json": {"/a": {"gt": "ten"}}})",
                "match.json./a.gt: must be a number, not \"ten\""},
        Mistake{Family::stream, R"({"json": {"/a": {"nee": 1}}})",
                "match.json./a.nee: is not a known key; did you mean \"ne\"?"},
        Mistake{Family::stream, R"({"json": {"/a": [1, 2]}})",
                "match.json./a: must be one value, or {in: [...]} for several, not a list"},
        Mistake{Family::stream, R"({"json": {"/a": {"in": []}}})",
                "match.json./a.in: must be a list with at least one value, not a list"},
        Mistake{Family::stream, R"({"json": {"/a": {}}})",
                "match.json./a: must be a value, or a map with eq, ne, gt, ge, lt, le, in, "
                "exists or regex, not a map"},
        Mistake{Family::stream, R"({"json": {"/a": {"eq": {"b": 1}}}})",
                "match.json./a.eq: must be a string, a number, true, false or null, not a map"},
        Mistake{Family::stream, R"({"json": {"/a": {"regex": "a{"}}, "path": "b"})",
                "match.path: must begin with a slash, not \"b\""}));

TEST(MatchMistakes, AreAllReportedAtOnce) {
  EXPECT_EQ(mistakes_of(Family::http, R"({"path": "a", "method": "get", "matches": []})"),
            "match.path: must begin with a slash, not \"a\"\n"
            "match.method: must be GET, for methods have case, not \"get\"\n"
            "match.matches: must not be empty; leave it out to match everything");
}

TEST(MatchMistakes, LargeRegularExpressionsAreRefused) {
  EXPECT_EQ(
      mistakes_of(Family::stream, R"({"payload": "(\\pL{500}){2}"})"),
      "match.payload: must be a regular expression of RE2: pattern too large - compile failed");
  EXPECT_THAT(mistakes_of(Family::stream, R"({"payload": "((a{100}){100}){100}"})"),
              StartsWith("match.payload: must be a regular expression of RE2: "));
}

TEST(MatchMistakes, StandAtThePlaceInTheFile) {
  Problems problems;
  const Value path(Value::Text{Value::Scalar::plain, "nowhere"}, {.line = 7, .column = 12});
  const Value value(Value::Map{{.key = "path", .value = path, .at = {.line = 7, .column = 6}}});
  EXPECT_FALSE(Match::read(value, "faults[0].match", Family::http, problems));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "faults[0].match.path");
  EXPECT_EQ(problems[0].at, (Position{.line = 7, .column = 12}));
}

}  // namespace
}  // namespace firedrill
