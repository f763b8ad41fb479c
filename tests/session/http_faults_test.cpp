#include "tests/session/http_plug.h"

#include <gmock/gmock.h>
#include <poll.h>

// What the http faults, and tcp faults below them, do to connections that run; and the drain.
namespace firedrill {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::StartsWith;

using HttpFaults = HttpProxied;
using HttpDrain = HttpProxied;

constexpr std::string_view kProbe = "GET /healthz HTTP/1.1\r\nHost: shop\r\n\r\n";
constexpr std::string_view kUnavailable = R"({"code": 503, "body": "no"})";

RulePtr status(std::string_view with = kUnavailable) {
  return rule("http.status", with, R"({"path": "/healthz"})");
}

RulePtr hour(Direction direction) {
  return toward(direction, rule("http.latency", R"({"delay": "1h"})"));
}

bool has_hit(const RulePtr& rule) {
  return eventually([&] { return rule->state->hit == 1; });
}

void expect_response(const Plug& client, std::string_view status, std::string_view body) {
  const std::string head = whole_head(client);
  EXPECT_THAT(head, StartsWith("HTTP/1.1 " + std::string(status) + " "));
  EXPECT_THAT(head, HasSubstr("Content-Length: " + std::to_string(body.size()) + "\r\n"));
  expect(client, body);
}

// --- http.status

TEST_F(HttpFaults, StatusAnswersWhatItMatchesOnAnOpenConnectionAndNothingElse) {
  say(client, kProbe);
  const Plug server = asked(kProbe);
  say(server, kOk);
  expect(client, kOk);
  proxy.publish({status()});
  say(client, kProbe);
  expect_response(client, "503", "no");
  exchange(server);
  proxy.publish({});
  say(client, kProbe);
  expect(server, kProbe);
  EXPECT_EQ(proxy.counters().responses[503], 1u);
  EXPECT_EQ(proxy.counters().healthchecks_failed, 1u);
}

TEST_F(HttpFaults, StatusNeedsNoUpstream) {
  proxy.publish({status()});
  say(client, kProbe);
  expect_response(client, "503", "no");
  EXPECT_TRUE(upstream_is_quiet());
}

TEST_F(HttpFaults, StatusAnswersPipelinedRequestsInTheirOrder) {
  proxy.publish({status()});
  say(client, std::string(kProbe) + std::string(kGet) + std::string(kProbe));
  expect_response(client, "503", "no");
  const Plug server = asked(kGet);
  say(server, kOk);
  expect(client, kOk);
  expect_response(client, "503", "no");
}

TEST_F(HttpFaults, StatusReadsTheRequestsBodyBeforeItAnswers) {
  proxy.publish({status()});
  const std::string head = "POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n";
  say(client, head + std::string(300'000, 'x'));
  expect_response(client, "503", "no");
  say(client, kProbe);
  expect_response(client, "503", "no");
}

TEST_F(HttpFaults, StatusAnswersHeadWithoutABody) {
  proxy.publish({status()});
  say(client, "HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(whole_head(client), HasSubstr("Content-Length: 2\r\n"));
  say(client, kProbe);
  expect_response(client, "503", "no");
}

TEST_F(HttpFaults, StatusClosesWhenTheClientWantsThat) {
  proxy.publish({status()});
  say(client, "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(whole_head(client), HasSubstr("Connection: close\r\n"));
  expect(client, "no");
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(HttpFaults, StatusDoesNotWaitForABodyThatMayNeverCome) {
  proxy.publish({status()});
  say(client,
      "POST /healthz HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_THAT(whole_head(client), HasSubstr("Connection: close\r\n"));
  expect(client, "no");
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(HttpFaults, StatusMayReplaceTheUpstreamsResponse) {
  proxy.publish({status(R"({"code": 500, "body": "oh", "reach": "upstream"})")});
  say(client, kProbe);
  const Plug server = asked(kProbe);
  EXPECT_TRUE(is_quiet(client));
  say(server, kOk);
  expect_response(client, "500", "oh");
}

TEST_F(HttpFaults, StatusThatEndsInTheMiddleOfAnExchangeLeavesTheUpstreamsResponse) {
  proxy.publish({status(R"({"code": 500, "body": "oh", "reach": "upstream"})")});
  say(client, kProbe);
  const Plug server = asked(kProbe);
  proxy.publish({});
  say(server, kOk);
  expect(client, kOk);
}

TEST_F(HttpFaults, StatusThatEndsWhileARequestIsHeldLetsItThrough) {
  const RulePtr held = hour(Direction::request);
  proxy.publish({held, status()});
  say(client, kProbe);
  ASSERT_TRUE(has_hit(held));
  proxy.publish({});
  say(asked(kProbe), kOk);
  expect(client, kOk);
}

TEST_F(HttpFaults, StatusStopsAtItsDeadlineThoughNobodyPublishes) {
  proxy.publish({until(Clock::now() + 30ms, status())});
  EXPECT_TRUE(eventually([this] {
    const Plug one = connect();
    say(one, "GET /healthz HTTP/1.0\r\n\r\n");
    pollfd asked{.fd = upstream.fd(), .events = POLLIN, .revents = 0};
    return ::poll(&asked, 1, 20) == 1;
  }));
}

// --- http.latency

TEST_F(HttpFaults, LatencyDelaysTheResponse) {
  proxy.publish({rule("http.latency", R"({"delay": "20ms"})")});
  const TimePoint start = Clock::now();
  say(client, kGet);
  say(asked(kGet), kOk);
  expect(client, kOk);
  EXPECT_GE(Clock::now() - start, 20ms);
}

TEST_F(HttpFaults, LatencyOfTheResponseEndsInTheMiddleOfItsWait) {
  // It is counted as hit when the response is there.
  const RulePtr held =
      rule("http.latency", R"({"delay": "1h"})", R"({"response": {"status": [200]}})");
  proxy.publish({held});
  say(client, kGet);
  const Plug server = asked(kGet);
  EXPECT_EQ(held->state->hit, 0u);
  say(server, kOk);
  ASSERT_TRUE(has_hit(held));
  EXPECT_TRUE(is_quiet(client));
  proxy.publish({});
  expect(client, kOk);
  exchange(server);
}

TEST_F(HttpFaults, AResponseThatTheMatchDoesNotTakePasses) {
  const RulePtr held =
      rule("http.latency", R"({"delay": "1h"})", R"({"response": {"status": ["5xx"]}})");
  proxy.publish({held});
  say(client, kGet);
  say(asked(kGet), kOk);
  expect(client, kOk);
  EXPECT_EQ(held->state->matched, 0u);
}

TEST_F(HttpFaults, TheDelayOfAResponseHoldsAnAnswerOfAFaultToo) {
  proxy.publish({hour(Direction::response), rule("http.status", kUnavailable)});
  say(client, kGet);
  EXPECT_TRUE(is_quiet(client));
  proxy.publish({rule("http.status", kUnavailable)});
  expect_response(client, "503", "no");
}

TEST_F(HttpFaults, LatencyOfTheRequestEndsInTheMiddleOfItsWait) {
  const RulePtr held = hour(Direction::request);
  proxy.publish({held});
  say(client, kGet);
  ASSERT_TRUE(has_hit(held));
  EXPECT_TRUE(upstream_is_quiet());
  proxy.publish({});
  const Plug server = asked(kGet);
  say(server, kOk);
  expect(client, kOk);
}

TEST_F(HttpFaults, LatencyEndsAtItsDeadlineInTheMiddleOfItsWait) {
  const TimePoint deadline = Clock::now() + 40ms;
  proxy.publish({until(deadline, hour(Direction::response))});
  say(client, kGet);
  say(asked(kGet), kOk);
  expect(client, kOk);
  EXPECT_GE(Clock::now(), deadline);
}

TEST_F(HttpFaults, LatencySparesTheBodyThatIsOnItsWay) {
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
  expect(client, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
  proxy.publish({hour(Direction::both)});
  say(server, "cd");
  expect(client, "cd");
}

TEST_F(HttpFaults, AClientThatGivesUpOnALatencyEndsTheRequest) {
  proxy.publish({hour(Direction::response)});
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kOk);
  reset(std::move(client));
  EXPECT_EQ(hear(server), Heard::rst);
}

// --- tcp faults below http

TEST_F(HttpFaults, BlackholeHoldsBothWaysUntilItIsOff) {
  say(client, kGet);
  const Plug server = asked(kGet);
  proxy.publish({toward(Direction::both, rule("tcp.blackhole"))});
  say(server, kOk);
  ASSERT_TRUE(eventually([this] { return proxy.counters().responses[200] == 1; }));
  EXPECT_TRUE(is_quiet(client));
  say(client, kGet);
  ASSERT_TRUE(eventually([this] { return proxy.counters().bytes_request == 2 * kGet.size(); }));
  EXPECT_TRUE(is_quiet(server));
  proxy.publish({});
  expect(client, kOk);
  expect(server, kGet);
}

TEST_F(HttpFaults, ResetBreaksAnExchangeAtOnce) {
  say(client, kGet);
  const Plug server = asked(kGet);
  proxy.publish({rule("tcp.reset")});
  EXPECT_EQ(hear(client), Heard::rst);
  EXPECT_EQ(hear(server), Heard::rst);
}

TEST_F(HttpFaults, ResetBreaksAnIdleConnectionAtOnce) {
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kOk);
  expect(client, kOk);
  proxy.publish({rule("tcp.reset")});
  EXPECT_EQ(hear(client), Heard::rst);
  EXPECT_EQ(hear(server), Heard::rst);
}

TEST_F(HttpFaults, ResetComesInTheMiddleOfAResponse) {
  proxy.publish({rule("tcp.reset", R"({"bytes": 10})")});
  say(client, kGet);
  say(asked(kGet), kOk);
  expect(client, kOk.substr(0, 10));
  EXPECT_EQ(hear(client), Heard::rst);
}

// --- drain

TEST_F(HttpDrain, LetsAnExchangeEndAndSaysThatItIsTheLast) {
  say(client, kGet);
  const Plug server = asked(kGet);
  std::future<void> drained = proxy.drain();
  say(server, kOk);
  EXPECT_THAT(whole_head(client), HasSubstr("Connection: close\r\n"));
  expect(client, "ok");
  EXPECT_EQ(hear(client), Heard::fin);
  client = Plug(SOCK_STREAM);
  EXPECT_EQ(drained.wait_for(10s), std::future_status::ready);
}

TEST_F(HttpDrain, ClosesIdleConnectionsAndTheListener) {
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kOk);
  expect(client, kOk);
  const Plug silent = connect();
  EXPECT_TRUE(eventually([this] { return proxy.counters().connections_opened == 2; }));
  std::future<void> drained = proxy.drain();
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_EQ(hear(silent), Heard::fin);
  const Plug late(SOCK_STREAM);
  const SocketAddress to = *literal(address(proxy.port()));
  EXPECT_NE(::connect(late.fd(), to.get(), to.size), 0);
  EXPECT_EQ(drained.wait_for(10s), std::future_status::ready);
}

TEST_F(HttpDrain, FaultsEndAndWhatTheyHeldGoesOn) {
  const RulePtr held = hour(Direction::request);
  proxy.publish({held, status()});
  say(client, kProbe);
  ASSERT_TRUE(has_hit(held));
  proxy.drain();
  const Plug server = asked(kProbe);
  say(server, kOk);
  const std::string head = whole_head(client);
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(head, HasSubstr("Connection: close\r\n"));
}

}  // namespace
}  // namespace firedrill
