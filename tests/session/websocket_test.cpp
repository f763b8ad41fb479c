#include "tests/session/http_plug.h"

#include <gmock/gmock.h>

namespace firedrill {
namespace {

using namespace test;
using namespace std::string_view_literals;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kUpgrade =
    "GET /chat HTTP/1.1\r\nHost: a:1\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: "
    "permessage-deflate\r\n"
    "\r\n";
constexpr std::string_view kSwitching =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
constexpr std::string_view kCompressed =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";

struct WebSockets : HttpProxied {
  // The upstream's end of an upgraded connection; `early` is glued to its answer.
  Plug upgraded(std::string_view answer = kSwitching, std::string_view early = "") {
    say(client, kUpgrade);
    Plug server = upstream.accept();
    request = whole_head(server);
    say(server, std::string(answer).append(early));
    EXPECT_EQ(whole_head(client), answer);
    return server;
  }
  std::string request;
};

RulePtr drop(std::string_view payload) {
  return rule("stream.drop", "{}", std::string(R"({"payload": ")").append(payload).append("\"}"));
}

TEST_F(WebSockets, ArePassedByteForByteWhileNoFaultIsActive) {
  const Plug server = upgraded(kSwitching, "\x81\2hi");
  expect(client, "\x81\2hi");
  say(client, "\x81\x82\1\2\3\4\x60");
  expect(server, "\x81\x82\1\2\3\4\x60");
  say(client, "\x60\x88\x80\1\2\3\4"sv);
  expect(server, "\x60\x88\x80\1\2\3\4"sv);
  EXPECT_TRUE(eventually([&] { return proxy.counters().stream_events == 2; }));
}

TEST_F(WebSockets, LoseTheMessagesThatAFaultDrops) {
  proxy.publish({drop("^b")});
  const Plug server = upgraded(kSwitching, "\x81\1a\x81\1b\x81\1");
  expect(client, "\x81\1a");
  say(server, "c\x89\0\x81\1b\x81\1d"sv);
  expect(client, "\x81\1c\x89\0\x81\1d"sv);
}

TEST_F(WebSockets, KeepAPingThatStandsWithinADroppedMessage) {
  proxy.publish({drop("^ab$")});
  const Plug server = upgraded();
  say(server, "\x1\1a\x89\4ping\x80\1b\x81\1c");
  expect(client, "\x89\4ping\x81\1c");
}

TEST_F(WebSockets, LoseMessagesOfTheClientToo) {
  proxy.publish({toward(Direction::request, drop("^ab$"))});
  const Plug server = upgraded();
  say(client, "\x81\x82\1\2\3\4\x60\x60\x81\x82\1\2\3\4\x63\x63");
  expect(server, "\x81\x82\1\2\3\4\x63\x63");
}

TEST_F(WebSockets, AreHitFromTheNextMessageOnWhenTheyAreOpen) {
  const Plug server = upgraded();
  say(server,
      "\x81\2"
      "a");
  expect(client,
         "\x81\2"
         "a");
  proxy.publish({rule("stream.drop")});
  say(server, "a\x81\1b\x88\2\3\xe8");
  expect(client, "a\x88\2\3\xe8");
}

TEST_F(WebSockets, AreSelectedByTheRequestThatOpenedThem) {
  proxy.publish({rule("stream.drop", "{}", R"({"path": "/other"})")});
  const Plug server = upgraded();
  say(server, "\x81\1a");
  expect(client, "\x81\1a");
}

TEST_F(WebSockets, ArePoisonedWithinTheirFraming) {
  proxy.publish({rule("stream.poison", R"({"payload": "{poison"})")});
  const Plug server = upgraded();
  say(server, "\x81\1a");
  expect(client, "\x81\7{poison");
}

TEST_F(WebSockets, AreCutWithACloseMessageThatHasItsCode) {
  proxy.publish({rule("stream.cut", R"({"code": 1011})", R"({"payload": "^b$"})")});
  const Plug server = upgraded();
  say(server, "\x81\1a\x81\1b\x81\1c");
  expect(client, "\x81\1a\x81\1b\x88\2\x3\xf3");
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_EQ(hear(server), Heard::fin);
}

TEST_F(WebSockets, AreCutOnTheWayToTheUpstreamWithAMaskedCloseMessage) {
  proxy.publish(
      {toward(Direction::request, rule("stream.cut", R"({"code": 1000, "position": "before"})"))});
  const Plug server = upgraded();
  say(client, "\x81\x82\1\2\3\4\x60\x60");
  expect(server, "\x88\x82\0\0\0\0\x3\xe8"sv);
  EXPECT_EQ(hear(server), Heard::fin);
}

TEST_F(WebSockets, GoOnByThemselvesWhenTheyAreDue) {
  proxy.publish({rule("stream.delay", R"({"delay": "50ms"})")});
  const Plug server = upgraded();
  const TimePoint start = Clock::now();
  say(server, "\x81\1a");
  expect(client, "\x81\1a");
  EXPECT_GE(Clock::now() - start, 50ms);
}

TEST_F(WebSockets, ResetAtACut) {
  proxy.publish({rule("stream.cut", R"({"end": "rst", "position": "within"})")});
  const Plug server = upgraded();
  say(server, "\x81\4abcd");
  expect(client, "\x81\4a");
  EXPECT_EQ(hear(client), Heard::rst);
  EXPECT_EQ(hear(server), Heard::rst);
}

TEST_F(WebSockets, AreAskedToGoUncompressedWhenAStreamFaultIsThere) {
  upgraded();
  EXPECT_THAT(request, HasSubstr("Sec-WebSocket-Extensions"));
  proxy.publish({drop("nothing")});
  client = connect();
  upgraded();
  EXPECT_THAT(request, Not(HasSubstr("Sec-WebSocket-Extensions")));
  EXPECT_THAT(request, HasSubstr("Host: a:1\r\n"));
  EXPECT_THAT(request, HasSubstr("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
}

TEST_F(WebSockets, ThatAreCompressedPassUnread) {
  const Plug server = upgraded(kCompressed);
  proxy.publish({rule("stream.drop")});
  say(server, "\xc1\1a\x81\1b");
  expect(client, "\xc1\1a\x81\1b");
}

TEST_F(WebSockets, PassUnreadOnceTheyAreWrong) {
  proxy.publish({rule("stream.drop")});
  const Plug server = upgraded();
  say(server, "\x81\1a\x83\1b\x81\1c");
  expect(client, "\x83\1b\x81\1c");
  EXPECT_TRUE(eventually([&] { return proxy.counters().stream_codec_errors == 1; }));
}

}  // namespace
}  // namespace firedrill
