#include "tests/session/tcp_plug.h"

#include <gtest/gtest.h>

namespace firedrill {
namespace {

using namespace test;

ProxyConfig with_codec(std::string_view codec, std::uint16_t upstream) {
  ProxyConfig config = proxy_config(Protocol::tcp, {address(upstream)});
  config.codec.emplace();
  config.codec->name = codec;
  config.codec->max_event_bytes = ByteSize{64};
  return config;
}

// A tcp proxy that reads lines both ways, and one connection through it.
struct TcpEvents : testing::Test {
  Plug upstream = Plug::bound(SOCK_STREAM);
  RunningProxy proxy{with_codec("lines", upstream.port())};
  Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  Plug server = upstream.accept();

  Counters eventually_counted(std::uint64_t Counters::*field, std::uint64_t wanted) {
    EXPECT_TRUE(eventually([&] { return proxy.counters().*field == wanted; }));
    return proxy.counters();
  }
};

TEST_F(TcpEvents, PassWithoutAFaultAsTheyCome) {
  say(client, "GET a\nGET");
  expect(server, "GET a\nGET");
  say(server, "+1\r\n+");
  expect(client, "+1\r\n+");
  eventually_counted(&Counters::stream_events, 2);
}

TEST_F(TcpEvents, AreDroppedOnTheWayBackUnlessTheFaultSaysOtherwise) {
  proxy.publish({rule("stream.drop", "{}", R"({"payload": "^b"})")});
  say(client, "a\nb\nc\n");
  expect(server, "a\nb\nc\n");
  say(server, "a\nb\nc\n");
  expect(client, "a\nc\n");
}

TEST_F(TcpEvents, AreDroppedOnTheWayToTheUpstream) {
  proxy.publish({toward(Direction::request, rule("stream.drop", "{}", R"({"payload": "^b"})"))});
  say(client, "a\nb\nc\n");
  expect(server, "a\nc\n");
  say(server, "a\nb\nc\n");
  expect(client, "a\nb\nc\n");
}

TEST_F(TcpEvents, AreDroppedBothWays) {
  proxy.publish({toward(Direction::both, rule("stream.drop", "{}", R"({"payload": "^b"})"))});
  say(client, "a\nb\nc\n");
  expect(server, "a\nc\n");
  say(server, "a\nb\nc\n");
  expect(client, "a\nc\n");
}

// The stream was followed all along, so that the fault knows where the next event begins.
TEST_F(TcpEvents, AreHitFromTheNextOneOnOfAnOpenConnection) {
  say(server, "one\ntw");
  expect(client, "one\ntw");
  proxy.publish({rule("stream.drop")});
  say(server, "o\nthree\n");
  expect(client, "o\n");
  proxy.publish({});
  say(server, "four\n");
  expect(client, "four\n");
}

TEST_F(TcpEvents, AreHeldAndLetGoInOrder) {
  proxy.publish({rule("stream.delay", R"({"delay": "1h"})", R"({"payload": "b"})")});
  say(server, "a\nb\nc\n");
  expect(client, "a\n");
  EXPECT_TRUE(is_quiet(client));
  proxy.publish({});
  expect(client, "b\nc\n");
}

TEST_F(TcpEvents, AnUnfinishedEventGoesOnWhenTheFaultEnds) {
  proxy.publish({rule("stream.drop", "{}", R"({"payload": "nothing"})")});
  say(server, "a\nhalf");
  expect(client, "a\n");
  proxy.publish({});
  expect(client, "half");
}

TEST_F(TcpEvents, AnUnfinishedEventGoesBeforeTheFin) {
  proxy.publish({rule("stream.drop", "{}", R"({"payload": "nothing"})")});
  say(server, "a\nhalf");
  server.half_close();
  expect(client, "a\nhalf");
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(TcpEvents, AnEventAboveTheBoundPassesUnread) {
  proxy.publish({rule("stream.drop", "{}", R"({"payload": "x"})")});
  const std::string large(100, 'x');
  say(server, large + "\nx\nb\n");
  expect(client, large + "\nb\n");
  eventually_counted(&Counters::stream_opaque_events, 1);
}

TEST_F(TcpEvents, AMatchThatAsksForARequestHitsNothing) {
  proxy.publish({rule("stream.drop", "{}", R"({"path": "/"})")});
  say(server, "a\n");
  expect(client, "a\n");
}

TEST_F(TcpEvents, ALongStreamPassesWhole) {
  proxy.publish({rule("stream.drop", "{}", R"({"payload": "^nothing of the kind$"})")});
  const Bytes bytes = noise(3 << 20);
  const auto sent = sending(server, bytes);
  expect_bytes(client, bytes);
}

TEST(TcpEventsOfFrames, PassUnreadOnceTheyAreWrongAndCountOnce) {
  const Plug upstream = Plug::bound(SOCK_STREAM);
  RunningProxy proxy(with_codec("netstring", upstream.port()));
  const Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  const Plug server = upstream.accept();
  proxy.publish({rule("stream.drop")});
  say(server, "1:a,1:b,wrong,1:c,");
  expect(client, "wrong,1:c,");
  say(server, "1:d,");
  expect(client, "1:d,");
  EXPECT_TRUE(eventually([&] { return proxy.counters().stream_codec_errors == 1; }));
}

TEST(TcpEventsOfFrames, ChangeInLength) {
  const Plug upstream = Plug::bound(SOCK_STREAM);
  RunningProxy proxy(with_codec("netstring", upstream.port()));
  const Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  const Plug server = upstream.accept();
  proxy.publish({rule("stream.poison", R"({"payload": "poisonous"})", R"({"payload": "b"})")});
  say(server, "1:a,1:b,1:c,");
  expect(client, "1:a,9:poisonous,1:c,");
}

}  // namespace
}  // namespace firedrill
