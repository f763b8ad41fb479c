#include "tests/session/http_plug.h"

#include <gmock/gmock.h>

// The http faults that end, slow and misroute exchanges, on connections that run.
namespace firedrill {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::StartsWith;

using HttpEndings = HttpProxied;

constexpr std::string_view kBody = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef";
constexpr std::string_view kHeadOfBody = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n";
constexpr std::string_view kChunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n";
constexpr std::string_view kPost =
    "POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\n\r\nbody";

bool has_hit(const RulePtr& rule) {
  return eventually([&] { return rule->state->hit == 1; });
}

// --- http.empty, http.garbage

TEST_F(HttpEndings, EmptyClosesInOrderAndTheUpstreamHearsNothing) {
  proxy.publish({rule("http.empty")});
  say(client, kGet);
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_TRUE(upstream_is_quiet());
  EXPECT_TRUE(eventually([this] { return proxy.counters().responses[0] == 1; }));
}

TEST_F(HttpEndings, EmptyEndsThePipelineWithItsRequest) {
  proxy.publish({rule("http.empty", "{}", R"({"path": "/orders"})")});
  say(client, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n" + std::string(kGet) + std::string(kGet));
  const Plug server = asked("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
  say(server, kOk);
  expect(client, kOk);
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(HttpEndings, EmptyThrowsTheUpstreamsResponseAway) {
  proxy.publish({rule("http.empty", R"({"reach": "upstream"})")});
  say(client, kPost);
  const Plug server = asked(kPost);
  EXPECT_TRUE(is_quiet(client));
  say(server, kOk);
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(HttpEndings, GarbageIsNoHttpAndThenTheConnectionCloses) {
  proxy.publish({rule("http.garbage", R"({"bytes": 20})")});
  say(client, kPost);
  EXPECT_EQ(next(client, 20).size(), 20u);
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_TRUE(upstream_is_quiet());
}

TEST_F(HttpEndings, GarbageAnswersHeadToo) {
  proxy.publish({rule("http.garbage", R"({"bytes": 20})")});
  say(client, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(next(client, 20).size(), 20u);
  EXPECT_EQ(hear(client), Heard::fin);
}

// --- http.reset

TEST_F(HttpEndings, ResetAtTheRequestDoesNotWaitForItsBody) {
  proxy.publish({rule("http.reset")});
  say(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
  EXPECT_EQ(hear(client), Heard::rst);
  EXPECT_TRUE(upstream_is_quiet());
}

TEST_F(HttpEndings, ResetAtTheHeadSendsTheHeadAlone) {
  proxy.publish({rule("http.reset", R"({"at": "head"})")});
  say(client, kGet);
  say(asked(kGet), kBody);
  expect(client, kHeadOfBody);
  EXPECT_EQ(hear(client), Heard::rst);
}

TEST_F(HttpEndings, ResetAtTheHeadDoesNotWaitForTheBody) {
  proxy.publish({rule("http.reset", R"({"at": "head"})")});
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kHeadOfBody);
  expect(client, kHeadOfBody);
  EXPECT_EQ(hear(client), Heard::rst);
}

TEST_F(HttpEndings, ResetAtTheHeadComesWithoutABodyToo) {
  constexpr std::string_view kNoContent = "HTTP/1.1 204 No Content\r\n\r\n";
  proxy.publish({rule("http.reset", R"({"at": "head"})")});
  say(client, kGet);
  say(asked(kGet), kNoContent);
  expect(client, kNoContent);
  EXPECT_EQ(hear(client), Heard::rst);
}

TEST_F(HttpEndings, ResetAfterHead) {
  proxy.publish({rule("http.reset", R"({"at": "body", "bytes": 2})")});
  constexpr std::string_view kHead = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
  say(client, kHead);
  say(asked(kHead), kHeadOfBody);
  expect(client, kHeadOfBody);
  EXPECT_EQ(hear(client), Heard::rst);
}

TEST_F(HttpEndings, ResetWithinTheBody) {
  proxy.publish({rule("http.reset", R"({"at": "body", "bytes": 4})")});
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kBody);
  expect(client, std::string(kHeadOfBody) + "abcd");
  EXPECT_EQ(hear(client), Heard::rst);
  EXPECT_EQ(hear(server), Heard::rst);
}

TEST_F(HttpEndings, ResetWithinAChunkedBody) {
  proxy.publish({rule("http.reset", R"({"at": "body", "bytes": 4})")});
  say(client, kGet);
  say(asked(kGet), kChunked);
  EXPECT_THAT(whole_head(client), HasSubstr("Transfer-Encoding: chunked\r\n"));
  expect(client, "3\r\nabc\r\n1\r\nd\r\n");
  EXPECT_EQ(hear(client), Heard::rst);
}

TEST_F(HttpEndings, ResetWithinAnAnswerOfAnotherFault) {
  proxy.publish({rule("http.status", R"({"code": 503, "body": "down"})"),
                 rule("http.reset", R"({"at": "body", "bytes": 2})")});
  say(client, kGet);
  EXPECT_THAT(whole_head(client), StartsWith("HTTP/1.1 503 "));
  expect(client, "do");
  EXPECT_EQ(hear(client), Heard::rst);
}

// --- http.hang

TEST_F(HttpEndings, HangHoldsTheRequestUntilItsFaultEnds) {
  const RulePtr hang = rule("http.hang");
  proxy.publish({hang});
  say(client, kPost);
  ASSERT_TRUE(has_hit(hang));
  EXPECT_TRUE(is_quiet(client));
  EXPECT_TRUE(upstream_is_quiet());
  proxy.publish({});
  const Plug server = asked(kPost);
  say(server, kOk);
  expect(client, kOk);
  exchange(server);
}

TEST_F(HttpEndings, HangEndsWithItsClient) {
  const RulePtr hang = rule("http.hang");
  proxy.publish({hang});
  say(client, kGet);
  ASSERT_TRUE(has_hit(hang));
  client = Plug(SOCK_STREAM);
  EXPECT_TRUE(eventually([this] { return proxy.counters().connections_reset == 1; }));
  EXPECT_TRUE(upstream_is_quiet());
}

TEST_F(HttpEndings, HangHoldsTheResponseWhereItReachesTheUpstream) {
  // It is counted as hit when the response is there.
  const RulePtr hang =
      rule("http.hang", R"({"reach": "upstream"})", R"({"response": {"status": [200]}})");
  proxy.publish({hang});
  say(client, kPost);
  const Plug server = asked(kPost);
  say(server, kOk);
  ASSERT_TRUE(has_hit(hang));
  EXPECT_TRUE(is_quiet(client));
  proxy.publish({});
  expect(client, kOk);
  exchange(server);
}

TEST_F(HttpEndings, HangOfAResponseEndsWithItsClient) {
  proxy.publish({rule("http.hang", R"({"reach": "upstream"})")});
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kOk);
  client = Plug(SOCK_STREAM);
  EXPECT_EQ(hear(server), Heard::rst);
}

// --- http.slow_body, http.bandwidth

TEST_F(HttpEndings, SlowBodyTakesItsTimeAndLeavesTheConnectionGood) {
  proxy.publish({rule("http.slow_body", R"({"over": "60ms", "chunks": 3})")});
  const TimePoint start = Clock::now();
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kBody);
  expect(client, kBody);
  EXPECT_GE(Clock::now() - start, 60ms);
  proxy.publish({});
  exchange(server);
}

TEST_F(HttpEndings, SlowBodyLetsEverythingGoWhenItsFaultEnds) {
  proxy.publish({rule("http.slow_body", R"({"over": "10h"})")});
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, std::string(kHeadOfBody) + "abc");
  expect(client, kHeadOfBody);
  EXPECT_TRUE(is_quiet(client));
  proxy.publish({});
  expect(client, "abc");
  say(server, "def");
  expect(client, "def");
  exchange(server);
}

TEST_F(HttpEndings, SlowBodySpacesTheChunksOfABodyOfUnknownLength) {
  proxy.publish({rule("http.slow_body", R"({"over": "60ms", "chunks": 3})")});
  const TimePoint start = Clock::now();
  say(client, kGet);
  say(asked(kGet), kChunked);
  expect(client, kChunked);
  EXPECT_GE(Clock::now() - start, 20ms);
}

TEST_F(HttpEndings, SlowBodyDribblesTheAnswerOfAnotherFault) {
  proxy.publish({rule("http.status", R"({"code": 503, "body": "down"})"),
                 rule("http.slow_body", R"({"over": "60ms", "chunks": 2})")});
  const TimePoint start = Clock::now();
  say(client, kGet);
  EXPECT_THAT(whole_head(client), StartsWith("HTTP/1.1 503 "));
  expect(client, "down");
  EXPECT_GE(Clock::now() - start, 60ms);
  EXPECT_TRUE(upstream_is_quiet());
}

TEST_F(HttpEndings, BandwidthCapsTheRateOfAResponse) {
  proxy.publish({rule("http.bandwidth", R"({"rate": "100B/s"})")});
  const TimePoint start = Clock::now();
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kBody);
  expect(client, kBody);
  EXPECT_GE(Clock::now() - start, 60ms);
  proxy.publish({});
  exchange(server);
}

// --- composition

TEST_F(HttpEndings, LatencyOfTheResponseDelaysTheAnswerOfAStatus) {
  proxy.publish({rule("http.latency", R"({"delay": "30ms"})"),
                 rule("http.status", R"({"code": 503, "body": "no"})")});
  const TimePoint start = Clock::now();
  say(client, kGet);
  EXPECT_THAT(whole_head(client), StartsWith("HTTP/1.1 503 "));
  expect(client, "no");
  EXPECT_GE(Clock::now() - start, 30ms);
  EXPECT_TRUE(upstream_is_quiet());
}

TEST_F(HttpEndings, LatencyOfTheRequestDelaysAReset) {
  proxy.publish({toward(Direction::request, rule("http.latency", R"({"delay": "30ms"})")),
                 rule("http.reset")});
  const TimePoint start = Clock::now();
  say(client, kGet);
  EXPECT_EQ(hear(client), Heard::rst);
  EXPECT_GE(Clock::now() - start, 30ms);
}

// --- http.rate_limit

TEST_F(HttpEndings, RateLimitRefusesWhatIsAboveIt) {
  const RulePtr limit = rule("http.rate_limit", R"({"rate": "1/h"})");
  proxy.publish({limit});
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kOk);
  expect(client, kOk);
  say(client, kPost);
  const std::string head = whole_head(client);
  EXPECT_THAT(head, StartsWith("HTTP/1.1 429 Too Many Requests\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nRetry-After: 3600\r\n"));
  EXPECT_EQ(limit->state->hit, 1u);
  proxy.publish({});
  exchange(server);
}

TEST_F(HttpEndings, RateLimitOfAClientHoldsOnAllItsConnections) {
  proxy.publish({rule("http.rate_limit", R"({"rate": "1/h"})")});
  say(client, kGet);
  say(asked(kGet), kOk);
  expect(client, kOk);
  const Plug other = connect();
  say(other, kGet);
  EXPECT_THAT(whole_head(other), StartsWith("HTTP/1.1 429 "));
}

// --- http.route_to

struct HttpRouteTo : HttpProxied {
  Plug elsewhere = Plug::bound(SOCK_STREAM);
  RulePtr route(std::string_view match = "{}") const {
    return rule("http.route_to",
                R"({"upstream": "127.0.0.1:)" + std::to_string(elsewhere.port()) + R"("})", match);
  }
};

TEST_F(HttpRouteTo, SendsTheRequestAsItIsToTheOtherUpstreamAndBackAfterwards) {
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kOk);
  expect(client, kOk);
  proxy.publish({route()});
  say(client, kPost);
  const Plug other = elsewhere.accept();
  expect(other, kPost);
  say(other, kOk);
  expect(client, kOk);
  EXPECT_EQ(hear(server), Heard::fin) << "its connection can't be kept beside another";
  proxy.publish({});
  say(client, kGet);
  say(asked(kGet), kOk);
  expect(client, kOk);
  EXPECT_EQ(hear(other), Heard::fin);
}

TEST_F(HttpRouteTo, KeepsTheConnectionToTheOtherUpstream) {
  proxy.publish({route()});
  say(client, kGet);
  const Plug other = elsewhere.accept();
  expect(other, kGet);
  say(other, kOk);
  expect(client, kOk);
  exchange(other);
  EXPECT_TRUE(upstream_is_quiet());
}

TEST_F(HttpRouteTo, SplitsAPipelineByItsMatch) {
  proxy.publish({route(R"({"path": "/orders"})")});
  constexpr std::string_view kOther = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
  say(client, std::string(kGet) + std::string(kOther));
  const Plug other = elsewhere.accept();
  expect(other, kGet);
  say(other, kOk);
  say(asked(kOther), kBody);
  expect(client, std::string(kOk) + std::string(kBody));
}

TEST_F(HttpRouteTo, AnswersThatTheOtherUpstreamCannotBeReached) {
  elsewhere = refusing();
  proxy.publish({route()});
  say(client, kGet);
  EXPECT_THAT(whole_head(client), StartsWith("HTTP/1.1 503 "));
  EXPECT_TRUE(upstream_is_quiet());
}

// --- http.status with a template

TEST_F(HttpEndings, ATemplateIsFilledForEachRequestOfAConnection) {
  const RulePtr templated =
      rule("http.status",
           R"({"code": 404, "body": "${method} ${path}", "template": true, "reach": "upstream"})");
  proxy.publish({templated});
  say(client, kGet);
  say(asked(kGet), kOk);
  EXPECT_THAT(whole_head(client), HasSubstr("Content-Length: 11\r\n"));
  expect(client, "GET /orders");
  say(client, kPost);
  say(asked(kPost), kOk);
  EXPECT_THAT(whole_head(client), HasSubstr("Content-Length: 12\r\n"));
  expect(client, "POST /orders");
}

}  // namespace
}  // namespace firedrill
