#include "tests/session/http_plug.h"

#include <gmock/gmock.h>

namespace firedrill {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using Http = HttpProxied;

// --- one exchange after the other

TEST_F(Http, KeepsBothConnectionsForTheNextExchange) {
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kOk);
  expect(client, kOk);
  exchange(server);
  exchange(server);
  EXPECT_EQ(proxy.counters().connections_opened, 1u);
  EXPECT_EQ(proxy.counters().responses[200], 3u);
}

TEST_F(Http, SendsTheNextRequestToTheUpstreamOfAnEdit) {
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kOk);
  expect(client, kOk);
  proxy.edit([](ProxyConfig& config) { config.max_connections = 7; });
  exchange(server);
  const Plug moved = Plug::bound(SOCK_STREAM);
  proxy.edit([&](ProxyConfig& config) { config.upstream.addresses = {address(moved.port())}; });
  say(client, kGet);
  const Plug other = moved.accept();
  expect(other, kGet);
  say(other, kOk);
  expect(client, kOk);
  EXPECT_EQ(hear(server), Heard::fin);
}

TEST_F(Http, AnswersPipelinedRequestsOneAfterTheOther) {
  const std::string first = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string second = "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n";
  say(client, first + second);
  const Plug server = asked(first);
  EXPECT_TRUE(is_quiet(server));
  say(server, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
  expect(server, second);
  say(server, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");
  expect(client,
         "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"
         "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");
}

TEST_F(Http, AClientThatPipelinesAndDoesNotReadIsAskedForNoMore) {
  constexpr std::size_t kRequests = 2000;
  const std::string response =
      "HTTP/1.1 200 OK\r\nContent-Length: 16384\r\n\r\n" + std::string(16384, 'x');
  Bytes requests;
  for (std::size_t i = 0; i < kRequests; ++i) {
    requests.insert(requests.end(), as_bytes(kGet).begin(), as_bytes(kGet).end());
  }
  const auto sent = sending(client, requests);
  const Plug server = upstream.accept();
  std::size_t answered = 0;
  const auto answer = [&] {
    expect(server, kGet);
    say(server, response);
    ++answered;
  };
  pollfd asking{.fd = server.fd(), .events = POLLIN, .revents = 0};
  while (answered<kRequests&& ::poll(&asking, 1, 300)> 0) answer();
  EXPECT_LT(answered, kRequests) << "the responses are kept by the proxy";
  const auto read = std::async(std::launch::async, [&] {
    return client.receive(kRequests * response.size(), MSG_WAITALL).size();
  });
  while (answered < kRequests && !testing::Test::HasFailure()) answer();
  EXPECT_EQ(read.wait_for(10s), std::future_status::ready);
}

TEST_F(Http, TakesARequestThatComesByteByByte) {
  for (const char byte : kGet) say(client, std::string_view(&byte, 1));
  const Plug server = asked(kGet);
  for (const char byte : kOk) say(server, std::string_view(&byte, 1));
  expect(client, kOk);
}

TEST_F(Http, KeepsTheBytesOfFieldsAndDropsThoseOfTheHop) {
  say(client,
      "GET / HTTP/1.1\r\nHoSt: shop\r\nX-Odd:\t a  b \r\nConnection: x-hop\r\nX-Hop: 1\r\n\r\n");
  const Plug server = asked("GET / HTTP/1.1\r\nHoSt: shop\r\nX-Odd:\t a  b \r\n\r\n");
  say(server, "HTTP/1.1 204 Nothing Here\r\nserver: x\r\nKeep-Alive: timeout=5\r\n\r\n");
  expect(client, "HTTP/1.1 204 Nothing Here\r\nserver: x\r\n\r\n");
  exchange(server);
}

TEST_F(Http, ClosesInOrderWhenTheClientSaysSo) {
  say(client, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const Plug server = upstream.accept();
  EXPECT_THAT(whole_head(server), HasSubstr("Connection: close\r\n"));
  say(server, kOk);
  EXPECT_THAT(whole_head(client), HasSubstr("Connection: close\r\n"));
  expect(client, "ok");
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(Http, AClientThatHalfClosesAfterItsRequestGetsTheResponse) {
  say(client, kGet);
  client.half_close();
  const Plug server = asked(kGet);
  say(server, kOk);
  expect(client, kOk);
  EXPECT_EQ(hear(client), Heard::fin);
}

// --- bodies

TEST_F(Http, RelaysChunksAndTrailersBothWays) {
  const std::string_view request =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n";
  const std::string_view response =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "2\r\nxy\r\n0\r\nX-Sum: 7\r\n\r\n";
  say(client, request);
  const Plug server = asked(request);
  say(server, response);
  expect(client, response);
  exchange(server);
}

TEST_F(Http, RelaysEachPartOfABodyAtOnce) {
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  expect(client, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (const std::string_view part : {"3\r\nabc\r\n", "2\r\nde\r\n", "0\r\n\r\n"}) {
    say(server, part);
    expect(client, part);
  }
  exchange(server);
}

TEST_F(Http, RelaysLargeBodiesBothWaysAtTheSameTime) {
  const Bytes body = noise(4_MiB);
  const std::string length = std::to_string(body.size());
  const std::string request =
      "PUT /large HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
  say(client, request);
  const auto uploading = sending(client, body);
  const Plug server = asked(request);
  const std::string response = "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n";
  say(server, response);
  const auto downloading = sending(server, body);
  const auto hearing = std::async(std::launch::async, [&] { expect_bytes(server, body); });
  expect(client, response);
  expect_bytes(client, body);
  hearing.wait();
  exchange(server);
}

TEST_F(Http, AResponseToHeadHasNoBody) {
  say(client, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  const Plug server = asked("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  say(server, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
  expect(client, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
  exchange(server);
}

TEST_F(Http, AResponseWithoutFramingEndsWithTheConnection) {
  say(client, kGet);
  {
    const Plug server = asked(kGet);
    say(server, "HTTP/1.1 200 OK\r\n\r\nuntil");
    say(server, " the end");
  }
  EXPECT_THAT(whole_head(client), StartsWith("HTTP/1.1 200 OK\r\n"));
  expect(client, "until the end");
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(Http, AnEarlyResponseDoesNotWaitForTheRequest) {
  say(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nsome");
  const Plug server = asked("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nsome");
  say(server, "HTTP/1.1 413 Too Much\r\nContent-Length: 0\r\n\r\n");
  EXPECT_THAT(whole_head(client), StartsWith("HTTP/1.1 413 Too Much\r\n"));
  // The rest of the request still goes on, and the next one is found behind it.
  const std::string rest(996, 'x');
  say(client, rest);
  expect(server, rest);
  exchange(server);
}

// --- interim responses and upgrades

TEST_F(Http, RelaysInterimResponses) {
  say(client, kGet);
  const Plug server = asked(kGet);
  const std::string_view hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n";
  say(server, hints);
  expect(client, hints);
  say(server, std::string(hints) + std::string(kOk));
  expect(client, std::string(hints) + std::string(kOk));
  exchange(server);
}

TEST_F(Http, AClientThatExpectsContinueIsToldByTheUpstream) {
  const std::string_view head =
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
  say(client, head);
  const Plug server = asked(head);
  EXPECT_TRUE(is_quiet(client));
  say(server, "HTTP/1.1 100 Continue\r\n\r\n");
  expect(client, "HTTP/1.1 100 Continue\r\n\r\n");
  say(client, "body");
  expect(server, "body");
  say(server, kOk);
  expect(client, kOk);
  exchange(server);
}

constexpr std::string_view kUpgrade =
    "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
constexpr std::string_view kSwitching =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

TEST_F(Http, AnUpgradedConnectionCarriesBytesIncludingThoseGluedToTheHeads) {
  say(client, std::string(kUpgrade) + "early");
  const Plug server = upstream.accept();
  const std::string head = whole_head(server);
  EXPECT_THAT(head, HasSubstr("Upgrade: websocket\r\n"));
  say(server, std::string(kSwitching) + "greeting");
  EXPECT_THAT(whole_head(client), StartsWith("HTTP/1.1 101 Switching Protocols\r\n"));
  expect(client, "greeting");
  expect(server, "early");
  say(client, "question");
  expect(server, "question");
  say(server, "reply");
  expect(client, "reply");
  client.half_close();
  EXPECT_EQ(hear(server), Heard::fin);
  say(server, "still");
  expect(client, "still");
  server.half_close();
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(Http, AResetOfAnUpgradedConnectionIsAReset) {
  say(client, kUpgrade);
  Plug server = upstream.accept();
  whole_head(server);
  say(server, kSwitching);
  whole_head(client);
  say(server, "last words");
  reset(std::move(server));
  expect(client, "last words");
  EXPECT_EQ(hear(client), Heard::rst);
}

TEST_F(Http, AnUpgradeThatTheUpstreamIgnoresIsAnOrdinaryExchange) {
  say(client, kUpgrade);
  const Plug server = upstream.accept();
  whole_head(server);
  say(server, kOk);
  expect(client, kOk);
  exchange(server);
}

TEST_F(Http, AnUpgradeToAnotherProtocolIsNotAsked) {
  say(client, "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n");
  asked("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
}

TEST_F(Http, A101ThatNobodyAskedForIsABadResponse) {
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kSwitching);
  EXPECT_THAT(whole_head(client), StartsWith("HTTP/1.1 502 "));
}

// --- HTTP/1.0

TEST_F(Http, AnOldClientGetsNoChunksAndNoInterimResponses) {
  say(client, "GET / HTTP/1.0\r\n\r\n");
  const Plug server = upstream.accept();
  whole_head(server);
  say(server,
      "HTTP/1.1 103 Early Hints\r\n\r\n"
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  const std::string head = whole_head(client);
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("chunked")));
  expect(client, "abcde");
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(Http, AnOldClientThatAsksForItKeepsItsConnection) {
  std::optional<Plug> server;
  for (int i = 0; i < 2; ++i) {
    say(client, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    if (!server) server.emplace(upstream.accept());
    EXPECT_THAT(whole_head(*server), HasSubstr("keep-alive"));
    say(*server, kOk);
    EXPECT_THAT(whole_head(client), HasSubstr("keep-alive"));
    expect(client, "ok");
  }
}

}  // namespace
}  // namespace firedrill
