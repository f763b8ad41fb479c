#include "tests/session/tcp_plug.h"

#include <poll.h>

namespace firedrill {
namespace {

using namespace test;

ProxyConfig tcp_config(std::vector<Address> upstream) {
  return proxy_config(Protocol::tcp, std::move(upstream));
}

struct Tcp : testing::Test {
  Plug upstream = Plug::bound(SOCK_STREAM);
  RunningProxy proxy{tcp_config({address(upstream.port())})};
  Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  Plug server = upstream.accept();
};

TEST_F(Tcp, CarriesEveryByteBothWaysAtTheSameTime) {
  const Bytes question = noise(8_MiB, 1);
  const Bytes reply = noise(8_MiB, 2);
  const auto asking = sending(client, question);
  const auto replying = sending(server, reply);
  const auto hearing = std::async(std::launch::async, [&] { expect_bytes(server, question); });
  expect_bytes(client, reply);
  hearing.wait();
  const Counters counters = proxy.counters();
  EXPECT_EQ(counters.bytes_request, question.size());
  EXPECT_EQ(counters.bytes_response, reply.size());
}

TEST_F(Tcp, CarriesEachMessageAtOnce) {
  for (const std::string_view message : {"a", "few", "messages"}) {
    say(client, message);
    expect(server, message);
    say(server, message);
    expect(client, message);
  }
}

// --- endings

TEST_F(Tcp, KeepsTheHalfCloseOfTheClient) {
  say(client, "question");
  client.half_close();
  expect(server, "question");
  EXPECT_EQ(hear(server), Heard::fin);
  const Bytes reply = noise(2_MiB);
  const auto replying = sending(server, reply);
  expect_bytes(client, reply);
  server.half_close();
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_TRUE(eventually([this] { return proxy.counters().connections_ok == 1; }));
}

TEST_F(Tcp, KeepsTheHalfCloseOfTheUpstream) {
  say(server, "greeting");
  server.half_close();
  expect(client, "greeting");
  EXPECT_EQ(hear(client), Heard::fin);
  const Bytes question = noise(2_MiB);
  const auto asking = sending(client, question);
  expect_bytes(server, question);
  client.half_close();
  EXPECT_EQ(hear(server), Heard::fin);
}

TEST_F(Tcp, AResetOfTheClientIsAResetBehindItsBytes) {
  say(client, "last words");
  reset(std::move(client));
  expect(server, "last words");
  EXPECT_EQ(hear(server), Heard::rst);
  EXPECT_TRUE(eventually([this] { return proxy.counters().connections_reset == 1; }));
}

TEST_F(Tcp, AResetOfTheUpstreamIsAResetBehindItsBytes) {
  say(server, "last words");
  reset(std::move(server));
  expect(client, "last words");
  EXPECT_EQ(hear(client), Heard::rst);
}

TEST_F(Tcp, AResetAfterAHalfCloseIsAReset) {
  client.half_close();
  EXPECT_EQ(hear(server), Heard::fin);
  reset(std::move(server));
  EXPECT_EQ(hear(client), Heard::rst);
}

TEST_F(Tcp, AResetWhileMuchIsOnItsWayGetsThrough) {
  const Bytes much = noise(256_KiB);
  say(server, as_text(much));
  reset(std::move(server));
  expect_bytes(client, much);
  EXPECT_EQ(hear(client), Heard::rst);
}

// --- connecting

// A client of a proxy with these upstream addresses.
struct Reaching {
  explicit Reaching(ProxyConfig config) : proxy(std::move(config)) {}
  RunningProxy proxy;
  Plug client = Plug::connected(SOCK_STREAM, proxy.port());
};

TEST(TcpConnect, ARefusedUpstreamIsAReset) {
  const Plug nobody = refusing();
  Reaching reaching(tcp_config({address(nobody.port())}));
  EXPECT_EQ(hear(reaching.client), Heard::rst);
  const Counters counters = reaching.proxy.counters();
  EXPECT_EQ(counters.connections_refused, 1u);
  EXPECT_FALSE(counters.upstream_up);
}

TEST(TcpConnect, AnUpstreamThatDoesNotAnswerInTimeIsAReset) {
  const Mute mute;
  ProxyConfig config = tcp_config({address(mute.port())});
  config.connect_timeout = 30ms;
  const TimePoint start = Clock::now();
  const Reaching reaching(std::move(config));
  EXPECT_EQ(hear(reaching.client), Heard::rst);
  EXPECT_GE(Clock::now() - start, 30ms);
}

TEST(TcpConnect, GoesOnToTheNextAddressWhenOneRefuses) {
  const Plug nobody = refusing();
  const Plug upstream = Plug::bound(SOCK_STREAM);
  const Reaching reaching(tcp_config({address(nobody.port()), address(upstream.port())}));
  const Plug server = upstream.accept();
  say(server, "here");
  expect(reaching.client, "here");
}

TEST(TcpConnect, DoesNotWaitForAnAddressThatIsSilent) {
  const Mute mute;
  const Plug upstream = Plug::bound(SOCK_STREAM);
  ProxyConfig config = tcp_config({address(mute.port()), address(upstream.port())});
  config.connect_timeout = 1h;
  const Reaching reaching(std::move(config));
  const Plug server = upstream.accept();
  say(server, "here");
  expect(reaching.client, "here");
}

TEST(TcpConnect, IsAResetWhenEveryAddressRefuses) {
  const Plug one = refusing();
  const Plug other = refusing();
  const Reaching reaching(tcp_config({address(one.port()), address(other.port())}));
  EXPECT_EQ(hear(reaching.client), Heard::rst);
}

TEST(TcpConnect, KnowsLocalhost) {
  const Plug upstream = Plug::bound(SOCK_STREAM);
  const Reaching reaching(tcp_config({address(upstream.port(), "localhost")}));
  say(reaching.client, "hello");
  expect(upstream.accept(), "hello");
}

TEST(TcpConnect, ANameThatCannotBeResolvedIsAReset) {
  ProxyConfig config = tcp_config({address(80, "nobody.invalid")});
  config.connect_timeout = 50ms;
  const Reaching reaching(std::move(config));
  EXPECT_EQ(hear(reaching.client), Heard::rst);
}

TEST(TcpConnect, AnAddressServesWhileANameBesideItCannotBeResolved) {
  const Plug upstream = Plug::bound(SOCK_STREAM);
  ProxyConfig config = tcp_config({address(upstream.port()), address(80, "nobody.invalid")});
  config.connect_timeout = 2s;
  const Reaching reaching(std::move(config));
  say(reaching.client, "hello");
  expect(upstream.accept(), "hello");
}

TEST(TcpConnect, AClientThatGoesWhileWeConnectEndsTheSession) {
  const Mute mute;
  ProxyConfig config = tcp_config({address(mute.port())});
  config.connect_timeout = 50ms;
  Reaching reaching(std::move(config));
  reset(std::move(reaching.client));
  EXPECT_TRUE(eventually([&] { return reaching.proxy.counters().connections_refused == 1; }));
}

// --- limits

TEST(TcpLimits, AConnectionOnWhichNothingMovesEnds) {
  const Plug upstream = Plug::bound(SOCK_STREAM);
  ProxyConfig config = tcp_config({address(upstream.port())});
  config.idle_timeout = 20ms;
  const TimePoint start = Clock::now();
  Reaching reaching(std::move(config));
  const Plug server = upstream.accept();
  EXPECT_EQ(hear(reaching.client), Heard::rst);
  EXPECT_GE(Clock::now() - start, 20ms);
  EXPECT_EQ(hear(server), Heard::rst);
  EXPECT_TRUE(eventually([&] { return reaching.proxy.counters().connections_timeout == 1; }));
}

TEST(TcpLimits, OneConnectionTooManyIsClosedAndItsPlaceIsFreeAgainAfterAnother) {
  const Plug upstream = Plug::bound(SOCK_STREAM);
  ProxyConfig config = tcp_config({address(upstream.port())});
  config.max_connections = 1;
  Reaching first(std::move(config));
  const Plug server = upstream.accept();
  const Plug second = Plug::connected(SOCK_STREAM, first.proxy.port());
  EXPECT_EQ(hear(second), Heard::fin);
  EXPECT_EQ(first.proxy.counters().connections_rejected, 1u);
  say(server, "first");
  expect(first.client, "first");
  reset(std::move(first.client));
  EXPECT_EQ(hear(server), Heard::rst);
  ASSERT_TRUE(eventually([&] {
    const Plug next = Plug::connected(SOCK_STREAM, first.proxy.port());
    pollfd waiting{.fd = upstream.fd(), .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 100) == 1;
  }));
}

}  // namespace
}  // namespace firedrill
