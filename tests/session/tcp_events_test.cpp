#include "tests/session/tcp_plug.h"

#include <gtest/gtest.h>

#include <poll.h>

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
  TcpEvents() : TcpEvents([](ProxyConfig&) {}) {}
  template <class Edit>
  explicit TcpEvents(Edit edit) : proxy(configured(edit)) {}

  template <class Edit>
  ProxyConfig configured(Edit edit) const {
    ProxyConfig config = with_codec("lines", upstream.port());
    edit(config);
    return config;
  }

  Plug upstream = Plug::bound(SOCK_STREAM);
  RunningProxy proxy;
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

TEST_F(TcpEvents, GoOnByThemselvesWhenTheyAreDue) {
  proxy.publish({rule("stream.delay", R"({"delay": "50ms"})")});
  const TimePoint start = Clock::now();
  say(server, "a\nb\n");
  expect(client, "a\nb\n");
  EXPECT_GE(Clock::now() - start, 50ms);
}

TEST_F(TcpEvents, EndWithFinBothWaysAtACut) {
  proxy.publish({rule("stream.cut", "{}", R"({"payload": "b"})")});
  say(server, "a\nb\nc\n");
  expect(client, "a\nb\n");
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_EQ(hear(server), Heard::fin);
  client.half_close();
  server.half_close();
  EXPECT_TRUE(eventually([&] { return proxy.counters().connections_ok == 1; }));
}

TEST_F(TcpEvents, EndWithRstBothWaysAtACut) {
  proxy.publish({rule("stream.cut", R"({"end": "rst"})", R"({"payload": "b"})")});
  say(server, "a\nb\nc\n");
  expect(client, "a\nb\n");
  EXPECT_EQ(hear(client), Heard::rst);
  EXPECT_EQ(hear(server), Heard::rst);
  EXPECT_TRUE(eventually([&] { return proxy.counters().connections_reset == 1; }));
}

TEST_F(TcpEvents, AreCutOnTheWayToTheUpstream) {
  proxy.publish({toward(Direction::request,
                        rule("stream.cut", R"({"position": "before"})", R"({"payload": "b"})"))});
  say(client, "a\nb\n");
  expect(server, "a\n");
  EXPECT_EQ(hear(server), Heard::fin);
  EXPECT_EQ(hear(client), Heard::fin);
}

// What is late when the cut is decided, and when the upstream ends, still comes before both.
TEST_F(TcpEvents, ThatAreLateComeBeforeTheCutAndTheFin) {
  proxy.publish({rule("stream.delay", R"({"delay": "50ms"})", R"({"payload": "a"})"),
                 rule("stream.cut", R"({"end": "rst"})", R"({"payload": "c"})")});
  const TimePoint start = Clock::now();
  say(server, "a\nb\nc\nd\n");
  server.half_close();
  expect(client, "a\nb\nc\n");
  EXPECT_EQ(hear(client), Heard::rst);
  EXPECT_GE(Clock::now() - start, 50ms);
}

TEST_F(TcpEvents, ThatAreLateComeBeforeTheFinOfTheUpstream) {
  proxy.publish({rule("stream.delay", R"({"delay": "50ms"})", R"({"payload": "a"})")});
  const TimePoint start = Clock::now();
  say(server, "a\nb\nhalf");
  server.half_close();
  expect(client, "a\nb\nhalf");
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_GE(Clock::now() - start, 50ms);
}

// Sends lines until the socket takes no more, nor has any room a while later.
Bytes fill(const Plug& plug, std::size_t most) {
  const std::string text = std::string(63, 'x') + "\n";
  const ByteView line = as_bytes(text);
  Bytes sent;
  pollfd waiting{.fd = plug.fd(), .events = POLLOUT, .revents = 0};
  while (sent.size() < most && ::poll(&waiting, 1, 300) == 1) {
    const ssize_t count = ::send(plug.fd(), line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count <= 0) continue;
    sent.insert(sent.end(), line.begin(), line.begin() + count);
    if (static_cast<std::size_t>(count) < line.size()) break;
  }
  return sent;
}

struct RoomyTcpEvents : TcpEvents {
  RoomyTcpEvents()
      : TcpEvents([](ProxyConfig& config) {
          config.max_held_events = 1'000'000;
          config.max_held_bytes = ByteSize{std::uint64_t{1} << 30};
        }) {}
};

TEST_F(RoomyTcpEvents, UnderBackpressureFillTheConnectionOfTheUpstreamAndGoOnAfterIt) {
  constexpr std::size_t kMost = 64_MiB;
  proxy.publish({rule("stream.stall", R"({"mode": "backpressure"})")});
  const Bytes sent = fill(server, kMost);
  EXPECT_LT(sent.size(), kMost);
  EXPECT_TRUE(is_quiet(client));
  EXPECT_LT(proxy.counters().stream_events, 1000u);
  proxy.publish({});
  expect_bytes(client, sent);
}

// Others of the proxy end of idleness meanwhile, one after the other.
struct ImpatientTcpEvents : TcpEvents {
  ImpatientTcpEvents() : TcpEvents([](ProxyConfig& config) { config.idle_timeout = 200ms; }) {}

  void let_others_time_out() const {
    for (int i = 0; i < 2; ++i) {
      const Plug other = Plug::connected(SOCK_STREAM, proxy.port());
      const Plug its_server = upstream.accept();
      EXPECT_EQ(hear(other), Heard::rst);
    }
  }
};

TEST_F(ImpatientTcpEvents, AreNotIdleWhileAStallHoldsThem) {
  proxy.publish({rule("stream.stall")});
  say(server, "a\n");
  let_others_time_out();
  EXPECT_TRUE(is_quiet(client));
  proxy.publish({});
  expect(client, "a\n");
  EXPECT_EQ(hear(client), Heard::rst) << "now it is";
}

TEST_F(ImpatientTcpEvents, AreNotIdleWhileTheFinBehindThemWaits) {
  proxy.publish({rule("stream.stall")});
  say(server, "a\n");
  server.half_close();
  let_others_time_out();
  proxy.publish({});
  expect(client, "a\n");
  EXPECT_EQ(hear(client), Heard::fin);
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
