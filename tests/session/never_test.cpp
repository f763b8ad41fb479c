#include "tests/session/dns_plug.h"
#include "tests/session/http_plug.h"
#include "tests/session/tcp_proxied.h"

// What a proxy declares to be untouchable, on connections that run.
namespace firedrill {
namespace {

using namespace test;

// The rule, as it acts on a proxy with this `never`.
RulePtr sparing(const RulePtr& rule, Family family, std::string_view json) {
  Problems problems;
  const auto never = Never::read(from_json(boost::json::parse(json)), "never", family, problems);
  EXPECT_TRUE(problems.empty()) << describe(problems);
  return firedrill::sparing(rule, never.value_or(Never()));
}

using NeverOfTcp = TcpProxied;
using NeverOfHttp = HttpProxied;

TEST_F(NeverOfTcp, KeepsTheListenerOpenForWhomNoFaultMayTouch) {
  proxy.publish({sparing(rule("tcp.refuse"), Family::tcp, R"([{"source": "127.0.0.1"}])")});
  const Plug client = connect();
  say(client, "untouched");
  expect(upstream.accept(), "untouched");
}

TEST_F(NeverOfTcp, LetsFaultsActOnOthers) {
  proxy.publish({sparing(rule("tcp.reset"), Family::tcp, R"([{"source": "10.0.0.9"}])")});
  EXPECT_EQ(hear(connect()), Heard::rst);
}

TEST_F(NeverOfHttp, AnswersTheProtectedPathByTheUpstream) {
  const RulePtr broken = rule("http.status", R"({"code": 503, "body": "no"})");
  proxy.publish({sparing(broken, Family::http, R"([{"path": "/orders"}])")});
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kOk);
  expect(client, kOk);
  say(client, "GET /pay HTTP/1.1\r\nHost: shop\r\n\r\n");
  EXPECT_TRUE(whole_head(client).starts_with("HTTP/1.1 503 "));
  EXPECT_EQ(broken->state->matched, 1u);
}

TEST_F(NeverOfHttp, KeepsFaultsOffTheConnectionBelow) {
  proxy.publish({sparing(rule("tcp.blackhole"), Family::http, R"([{"path": "/orders"}])")});
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kOk);
  expect(client, kOk);
}

TEST_F(NeverOfHttp, KeepsFaultsOffTheEventsOfAProtectedStream) {
  proxy.publish({sparing(rule("stream.drop"), Family::http, R"([{"path": "/orders"}])")});
  constexpr std::string_view kHead =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9\r\n\r\n";
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, std::string(kHead) + "data: a\n\n");
  expect(client, std::string(kHead) + "data: a\n\n");
}

TEST(NeverOfDns, ForwardsTheProtectedName) {
  const Plug upstream = Plug::bound(SOCK_DGRAM);
  RunningProxy proxy(dns_config(upstream.port()));
  proxy.publish({sparing(rule("dns.drop"), Family::dns, R"([{"names": ["www.example"]}])")});
  const Plug client = Plug::connected(SOCK_DGRAM, proxy.port());
  client.send(www_query());
  const auto [query, from] = upstream.receive_from();
  EXPECT_EQ(query.size(), www_query().size());
}

}  // namespace
}  // namespace firedrill
