#include "tests/session/http_plug.h"

#include <gmock/gmock.h>

// What a client sees when its upstream or the client itself does not keep to the protocol.
namespace firedrill {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::StartsWith;

using HttpUpstream = HttpProxied;
using HttpClient = HttpProxied;

constexpr std::string_view kPost = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";

// Waits for an error of the proxy's own, after which the connection is closed in order.
void expect_error(const Plug& client, std::string_view status) {
  const std::string head = whole_head(client);
  EXPECT_THAT(head, StartsWith("HTTP/1.1 " + std::string(status) + " "));
  EXPECT_THAT(head, HasSubstr("Connection: close\r\n"));
  Heard heard = hear(client);
  while (heard == Heard::bytes) heard = hear(client);
  EXPECT_EQ(heard, Heard::fin);
}

// --- the upstream cannot be reached

TEST(HttpConnect, ARefusedUpstreamIs503) {
  const Plug nobody = refusing();
  RunningProxy proxy(proxy_config(Protocol::http, {address(nobody.port())}));
  const Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  say(client, kGet);
  expect_error(client, "503");
  EXPECT_EQ(proxy.counters().responses[503], 1u);
}

TEST(HttpConnect, AnUpstreamThatDoesNotAnswerInTimeIs504) {
  const Mute mute;
  ProxyConfig config = proxy_config(Protocol::http, {address(mute.port())});
  config.connect_timeout = 30ms;
  const RunningProxy proxy(std::move(config));
  const Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  say(client, kGet);
  expect_error(client, "504");
}

TEST(HttpConnect, ANameThatCannotBeResolvedIs503) {
  ProxyConfig config = proxy_config(Protocol::http, {address(80, "nobody.invalid")});
  config.connect_timeout = 50ms;
  const RunningProxy proxy(std::move(config));
  const Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  say(client, kGet);
  expect_error(client, "503");
}

TEST(HttpConnect, KnowsLocalhost) {
  const Plug upstream = Plug::bound(SOCK_STREAM);
  const RunningProxy proxy(proxy_config(Protocol::http, {address(upstream.port(), "localhost")}));
  const Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  say(client, kGet);
  expect(upstream.accept(), kGet);
}

// --- stale connections

// One exchange, and then an upstream that takes the next request and closes.
struct Stale : HttpProxied {
  Stale() {
    say(client, kGet);
    first.emplace(asked(kGet));
    say(*first, kOk);
    expect(client, kOk);
  }
  void take_and_close(std::string_view request) {
    expect(*first, request);
    first.reset();
  }
  std::optional<Plug> first;
};

TEST_F(Stale, AConnectionThatClosedWhileIdleIsReplacedForAnyRequest) {
  first.reset();
  say(client, kPost);
  const Plug second = asked(kPost);
  say(second, kOk);
  expect(client, kOk);
}

TEST_F(Stale, AnIdempotentRequestIsSentOnceMore) {
  say(client, kGet);
  take_and_close(kGet);
  const Plug second = asked(kGet);
  say(second, kOk);
  expect(client, kOk);
  exchange(second);
}

TEST_F(Stale, AnIdempotentRequestIsSentOnceMoreAfterAReset) {
  say(client, kGet);
  expect(*first, kGet);
  reset(std::move(*first));
  say(asked(kGet), kOk);
  expect(client, kOk);
}

TEST_F(Stale, ItIsNotSentAThirdTime) {
  say(client, kGet);
  take_and_close(kGet);
  asked(kGet);
  expect_error(client, "502");
  EXPECT_TRUE(upstream_is_quiet());
}

TEST_F(Stale, APostIsNeverSentTwice) {
  say(client, kPost);
  take_and_close(kPost);
  expect_error(client, "502");
  EXPECT_TRUE(upstream_is_quiet());
}

TEST_F(Stale, NothingIsSentTwiceAfterTheResponseHasBegun) {
  say(client, kGet);
  expect(*first, kGet);
  say(*first, "HTTP/1.1 2");
  first.reset();
  expect_error(client, "502");
  EXPECT_TRUE(upstream_is_quiet());
}

TEST_F(Stale, SurplusBytesOfAnUpstreamAnswerNoRequest) {
  say(client, kGet);
  expect(*first, kGet);
  say(*first, std::string(kOk) + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
  expect(client, kOk);
  say(client, kGet);
  say(asked(kGet), kOk);
  expect(client, kOk);
}

TEST_F(HttpUpstream, ANewConnectionThatClosesWithoutAWordIs502) {
  say(client, kGet);
  asked(kGet);
  expect_error(client, "502");
  EXPECT_TRUE(upstream_is_quiet());
}

// --- broken responses

TEST_F(HttpUpstream, ABodyThatIsCutIsCutForTheClient) {
  for (const std::string_view start :
       {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"}) {
    const Plug one = connect();
    say(one, kGet);
    say(asked(kGet), start);
    expect(one, start);
    EXPECT_EQ(hear(one), Heard::fin);
  }
}

TEST_F(HttpUpstream, AResetInABodyIsAReset) {
  const std::string_view start = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
  say(client, kGet);
  Plug server = asked(kGet);
  say(server, start);
  reset(std::move(server));
  expect(client, start);
  EXPECT_EQ(hear(client), Heard::rst);
}

TEST_F(HttpUpstream, AChunkThatIsBrokenIsAResetBehindWhatPrecededIt) {
  const std::string_view start = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, start);
  expect(client, start);
  say(server, "nonsense\r\n");
  EXPECT_EQ(hear(client), Heard::rst);
  EXPECT_EQ(proxy.counters().bad_responses, 1u);
}

struct Text {
  std::string_view name;
  std::string text;
  std::string_view status = "502";
};

void PrintTo(const Text& text, std::ostream* out) {
  *out << text.name;
}

class BadResponse : public HttpProxied, public testing::WithParamInterface<Text> {};

TEST_P(BadResponse, Is502) {
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, GetParam().text);
  expect_error(client, "502");
  EXPECT_NE(hear(server), Heard::bytes);
  EXPECT_EQ(proxy.counters().bad_responses, 1u);
}

const auto kNamed = [](const auto& test) { return std::string(test.param.name); };

INSTANTIATE_TEST_SUITE_P(
    Http, BadResponse,
    testing::Values(
        Text{"Garbage", "SSH-2.0-OpenSSH_9.2\r\n\r\n"},
        Text{"TwoLengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx"},
        Text{"BothFramings",
             "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"},
        Text{"BareLf", "HTTP/1.1 200 OK\nContent-Length: 1\n\nx"},
        Text{"NoColon", "HTTP/1.1 200 OK\r\nnothing\r\n\r\n"},
        Text{"HugeHead", "HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n"}),
    kNamed);

// --- hostile clients

class BadRequest : public HttpProxied, public testing::WithParamInterface<Text> {};

TEST_P(BadRequest, IsRefusedAndNeverForwarded) {
  say(client, GetParam().text + std::string(kGet));
  expect_error(client, GetParam().status);
  EXPECT_TRUE(upstream_is_quiet());
  EXPECT_EQ(proxy.counters().bad_requests, 1u);
}

const std::string kLong(9'000, 'x');

INSTANTIATE_TEST_SUITE_P(
    Http, BadRequest,
    testing::Values(
        Text{"Garbage", "\x16\x03\x01\r\n\r\n", "400"},
        Text{"NoHost", "GET / HTTP/1.1\r\n\r\n", "400"},
        Text{"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
        Text{"BareLf", "GET / HTTP/1.1\nHost: a\n\n", "400"},
        Text{"SpaceBeforeColon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400"},
        Text{"Folding", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", "400"},
        Text{"BothFramings",
             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
             "Transfer-Encoding: chunked\r\n\r\n",
             "400"},
        Text{"SignedLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc", "400"},
        Text{"AnotherCoding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
             "400"},
        Text{"Connect", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", "405"},
        Text{"AnotherVersion", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505"},
        Text{"LongTarget", "GET /" + kLong + " HTTP/1.1\r\nHost: a\r\n\r\n", "414"},
        Text{"LargeHead",
             "GET / HTTP/1.1\r\nHost: a\r\nA: " + kLong + "\r\nB: " + kLong + "\r\nC: " + kLong +
                 "\r\nD: " + kLong + "\r\n\r\n",
             "431"}),
    kNamed);

TEST_F(HttpClient, AChunkThatIsBrokenIs400) {
  const std::string_view start = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  say(client, start);
  const Plug server = asked(start);
  say(client, "nonsense\r\n");
  expect_error(client, "400");
  EXPECT_NE(hear(server), Heard::bytes);
  EXPECT_EQ(proxy.counters().bad_requests, 1u);
}

TEST_F(HttpClient, WhatFollowsARefusedRequestIsNotForwarded) {
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kOk);
  expect(client, kOk);
  say(client, "GET / HTTP/1.1\r\n\r\n" + std::string(kGet));
  expect_error(client, "400");
  EXPECT_EQ(hear(server), Heard::fin);
}

TEST_F(HttpClient, OneThatGoesInTheMiddleOfItsBodyEndsTheRequest) {
  const std::string_view start = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf";
  say(client, start);
  const Plug server = asked(start);
  reset(std::move(client));
  EXPECT_EQ(hear(server), Heard::rst);
}

TEST_F(HttpClient, OneThatGoesWhileItWaitsEndsTheRequest) {
  say(client, kGet);
  const Plug server = asked(kGet);
  reset(std::move(client));
  EXPECT_EQ(hear(server), Heard::rst);
}

// --- time limits

struct Impatient : HttpProxied {
  Impatient()
      : HttpProxied([](ProxyConfig& config) {
          config.head_timeout = 40ms;
          config.body_timeout = 40ms;
          config.keep_alive_timeout = 40ms;
          config.response_timeout = 40ms;
        }) {}
};

TEST_F(Impatient, AHeadThatIsNotWholeInTimeIs408) {
  say(client, "GET / HTTP/1.1\r\nHost:");
  expect_error(client, "408");
}

TEST_F(Impatient, AClientThatSaysNothingIsClosedWithoutAWord) {
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(Impatient, AnIdleConnectionIsClosedWithoutAWord) {
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kOk);
  expect(client, kOk);
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_EQ(hear(server), Heard::fin);
}

TEST_F(Impatient, AnUpstreamThatDoesNotAnswerInTimeIs504) {
  say(client, kGet);
  const Plug server = asked(kGet);
  expect_error(client, "504");
}

TEST_F(Impatient, ABodyThatStopsIsCut) {
  const std::string_view start = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, start);
  expect(client, start);
  EXPECT_EQ(hear(client), Heard::rst);
}

TEST_F(Impatient, ARequestBodyThatStopsEndsTheRequest) {
  const std::string_view start = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf";
  say(client, start);
  const Plug server = asked(start);
  EXPECT_NE(hear(server), Heard::bytes);
  Heard heard = hear(client);
  while (heard == Heard::bytes) heard = hear(client);
  EXPECT_NE(heard, Heard::silence);
}

}  // namespace
}  // namespace firedrill
