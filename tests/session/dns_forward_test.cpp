// Where queries go: failover, routes, other operations.

#include "tests/session/dns_plug.h"

#include <chrono>
#include <optional>

namespace firedrill {
namespace {

using namespace std::chrono_literals;
using namespace test;

Address at(std::uint16_t port) {
  return {.host = "127.0.0.1", .port = port, .unix_path = {}};
}

ProxyConfig failing_over(const Plug& first, const Plug& second, Duration timeout = 10s) {
  ProxyConfig config = dns_config(first.port());
  config.upstream.addresses.push_back(at(second.port()));
  config.failover = true;
  config.query_timeout = timeout;
  return config;
}

Bytes refusal_of(const Bytes& query) {
  Bytes reply = reply_to(query);
  reply[3] = static_cast<std::byte>(dns::Rcode::refused);
  return reply;
}

// --- UDP
// ------------------------------------------------------------------------------------------

struct DnsUdpFailover : testing::Test {
  Plug first = Plug::bound(SOCK_DGRAM);
  Plug second = Plug::bound(SOCK_DGRAM);
};

TEST_F(DnsUdpFailover, AsksTheNextWhenTheFirstKeepsSilent) {
  const RunningProxy proxy(failing_over(first, second, 2s));
  const Plug client = Plug::connected(SOCK_DGRAM, proxy.port());
  client.send(www_query());
  const auto [unanswered, from] = first.receive_from();
  const auto [query, second_from] = second.receive_from();
  EXPECT_EQ(query, unanswered);
  second.send_to(reply_to(query), second_from);
  EXPECT_EQ(client.receive(), reply_to(www_query()));
  EXPECT_TRUE(first.receive(1, MSG_DONTWAIT).empty());
}

TEST_F(DnsUdpFailover, AsksTheNextAtOnceWhenTheFirstRefuses) {
  const RunningProxy proxy(failing_over(first, second));
  const Plug client = Plug::connected(SOCK_DGRAM, proxy.port());
  client.send(www_query());
  const auto [refused, from] = first.receive_from();
  first.send_to(refusal_of(refused), from);
  const auto [query, second_from] = second.receive_from();
  second.send_to(refusal_of(query), second_from);
  // The last one's is the answer.
  EXPECT_EQ(client.receive(), refusal_of(www_query()));
}

TEST_F(DnsUdpFailover, ARefusalIsTheAnswerWhenTheNextKeepsSilent) {
  const RunningProxy proxy(failing_over(first, second, 500ms));
  const Plug client = Plug::connected(SOCK_DGRAM, proxy.port());
  client.send(www_query());
  const auto [refused, from] = first.receive_from();
  first.send_to(refusal_of(refused), from);
  EXPECT_FALSE(second.receive_from().first.empty());
  EXPECT_EQ(client.receive(), refusal_of(www_query()));
}

TEST_F(DnsUdpFailover, ARefusalIsTheAnswerAtOnceWhenNobodyElseIsThere) {
  const std::uint16_t gone = Plug::bound(SOCK_DGRAM).port();
  ProxyConfig config = dns_config(first.port());
  config.upstream.addresses.push_back(at(gone));
  config.failover = true;
  config.query_timeout = 1h;
  const RunningProxy proxy(config);
  const Plug client = Plug::connected(SOCK_DGRAM, proxy.port());
  client.send(www_query());
  const auto [refused, from] = first.receive_from();
  first.send_to(refusal_of(refused), from);
  EXPECT_EQ(client.receive(), refusal_of(www_query()));
}

TEST_F(DnsUdpFailover, AsksTheNextAtOnceWhenNobodyIsThere) {
  const std::uint16_t gone = Plug::bound(SOCK_DGRAM).port();
  ProxyConfig config = dns_config(gone);
  config.upstream.addresses.push_back(at(second.port()));
  config.failover = true;
  config.query_timeout = 1h;
  const RunningProxy proxy(config);
  const Plug client = Plug::connected(SOCK_DGRAM, proxy.port());
  client.send(www_query());
  const auto [query, from] = second.receive_from();
  second.send_to(reply_to(query), from);
  EXPECT_EQ(client.receive(), reply_to(www_query()));
}

TEST_F(DnsUdpFailover, BeginsEachQueryWithTheFirst) {
  const RunningProxy proxy(failing_over(first, second));
  const Plug client = Plug::connected(SOCK_DGRAM, proxy.port());
  for (int i = 0; i < 2; ++i) {
    client.send(www_query());
    const auto [refused, from] = first.receive_from();
    first.send_to(refusal_of(refused), from);
    const auto [query, second_from] = second.receive_from();
    second.send_to(reply_to(query), second_from);
    EXPECT_EQ(client.receive(), reply_to(www_query()));
  }
}

TEST_F(DnsUdpFailover, IsOffUnlessConfigured) {
  ProxyConfig config = failing_over(first, second);
  config.failover = false;
  const RunningProxy proxy(config);
  const Plug client = Plug::connected(SOCK_DGRAM, proxy.port());
  client.send(www_query());
  const auto [query, from] = first.receive_from();
  first.send_to(refusal_of(query), from);
  EXPECT_EQ(client.receive(), refusal_of(www_query()));
}

TEST(DnsUdpRoutes, ADomainHasServersOfItsOwn) {
  const Plug upstream = Plug::bound(SOCK_DGRAM);
  const Plug routed = Plug::bound(SOCK_DGRAM);
  ProxyConfig config = dns_config(upstream.port());
  config.routes.all = {{"example", {at(routed.port())}}};
  RunningProxy proxy(config);
  const Plug client = Plug::connected(SOCK_DGRAM, proxy.port());
  client.send(www_query());
  const auto [query, from] = routed.receive_from();
  // The upstream may not answer for it.
  upstream.send_to(reply_to(query), from);
  routed.send_to(reply_to(query), from);
  EXPECT_EQ(client.receive(), reply_to(www_query()));
  proxy.edit([](ProxyConfig& edited) { edited.routes = {}; });
  client.send(www_query());
  EXPECT_EQ(upstream.receive_from().first.size(), www_query().size());
}

TEST(DnsOpcodes, AreRefusedOrForwarded) {
  const Plug upstream = Plug::bound(SOCK_DGRAM);
  RunningProxy proxy(dns_config(upstream.port()));
  const Plug client = Plug::connected(SOCK_DGRAM, proxy.port());
  Bytes notify = www_query();
  notify[2] = std::byte{0x20};
  client.send(notify);
  const Bytes refused = client.receive();
  ASSERT_GE(refused.size(), dns::kHeaderSize);
  EXPECT_EQ(dns::Header(refused).rcode(), dns::Rcode::not_implemented);
  proxy.edit([](ProxyConfig& config) { config.opcodes = dns::OtherOpcodes::forward; });
  client.send(notify);
  const auto [query, from] = upstream.receive_from();
  EXPECT_EQ(query[2], std::byte{0x20});
}

// --- TCP
// ------------------------------------------------------------------------------------------

struct DnsTcpFailover : testing::Test {
  Plug first = Plug::bound(SOCK_STREAM);
  Plug second = Plug::bound(SOCK_STREAM);
  const std::size_t size = framed(www_query()).size();

  Bytes receive(const Plug& plug) const {
    Bytes bytes = plug.receive(size, MSG_WAITALL);
    if (bytes.size() == size) bytes.erase(bytes.begin(), bytes.begin() + 2);
    return bytes;
  }
  void answer(const Plug& server) const { server.send(framed(reply_to(receive(server)))); }
};

TEST_F(DnsTcpFailover, AsksTheNextWhenTheFirstKeepsSilent) {
  const RunningProxy proxy(failing_over(first, second, 2s));
  const Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  client.send(framed(numbered(1)));
  const Plug silent = first.accept();
  answer(second.accept());
  EXPECT_EQ(receive(client), reply_to(numbered(1)));
}

TEST_F(DnsTcpFailover, AsksTheNextWhenNobodyIsThere) {
  const std::uint16_t gone = Plug::bound(SOCK_STREAM).port();
  ProxyConfig config = dns_config(gone);
  config.upstream.addresses.push_back(at(second.port()));
  config.failover = true;
  const RunningProxy proxy(config);
  const Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  client.send(framed(numbered(1)));
  answer(second.accept());
  EXPECT_EQ(receive(client), reply_to(numbered(1)));
}

TEST_F(DnsTcpFailover, AsksTheNextAllThatIsOpenWhenTheFirstEndsOrRefuses) {
  const RunningProxy proxy(failing_over(first, second));
  const Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  Bytes both = framed(numbered(1));
  const Bytes more = framed(numbered(2));
  both.insert(both.end(), more.begin(), more.end());
  client.send(both);
  {
    const Plug server = first.accept();
    receive(server);
    server.send(framed(refusal_of(receive(server))));
    EXPECT_TRUE(server.receive().empty());
  }
  const Plug server = second.accept();
  answer(server);
  answer(server);
  EXPECT_EQ(receive(client), reply_to(numbered(1)));
  EXPECT_EQ(receive(client), reply_to(numbered(2)));
  // The next query begins with the first again.
  client.send(framed(numbered(3)));
  answer(first.accept());
  EXPECT_EQ(receive(client), reply_to(numbered(3)));
}

TEST_F(DnsTcpFailover, ARefusalIsTheAnswerWhenNobodyElseIsThere) {
  const std::uint16_t gone = Plug::bound(SOCK_STREAM).port();
  ProxyConfig config = dns_config(first.port());
  config.upstream.addresses.push_back(at(gone));
  config.failover = true;
  const RunningProxy proxy(config);
  const Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  for (std::uint16_t id = 1; id <= 2; ++id) {
    client.send(framed(numbered(id)));
    const Plug server = first.accept();
    server.send(framed(refusal_of(receive(server))));
    EXPECT_EQ(receive(client), refusal_of(numbered(id)));
  }
}

TEST_F(DnsTcpFailover, ARefusalIsTheAnswerWhenTheNextKeepsSilent) {
  const RunningProxy proxy(failing_over(first, second, 500ms));
  const Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  client.send(framed(numbered(1)));
  const Plug server = first.accept();
  server.send(framed(refusal_of(receive(server))));
  const Plug silent = second.accept();
  EXPECT_EQ(receive(client), refusal_of(numbered(1)));
}

TEST_F(DnsTcpFailover, ARouteHasAConnectionOfItsOwn) {
  ProxyConfig config = dns_config(first.port());
  config.routes.all = {{"example", {at(second.port())}}};
  const RunningProxy proxy(config);
  const Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  client.send(framed(numbered(1)));
  answer(second.accept());
  EXPECT_EQ(receive(client), reply_to(numbered(1)));
}

}  // namespace
}  // namespace firedrill
