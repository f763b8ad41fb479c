// The tcp faults on the TCP side of a dns proxy.

#include "tests/session/dns_plug.h"

#include <cerrno>
#include <thread>

namespace firedrill {
namespace {

using namespace test;

struct DnsTcpFaults : testing::Test {
  Plug upstream = Plug::bound(SOCK_STREAM);
  RunningProxy proxy{dns_config(upstream.port())};
  const Bytes reply = framed(reply_to(www_query()));

  Plug connected() const { return Plug::connected(SOCK_STREAM, proxy.port()); }
  Plug asked() const {
    Plug client = connected();
    client.send(framed(www_query()));
    return client;
  }
  Plug answered() const {
    Plug server = upstream.accept();
    Bytes query = server.receive(reply.size(), MSG_WAITALL);
    query.erase(query.begin(), query.begin() + 2);
    server.send(framed(reply_to(query)));
    return server;
  }
};

TEST_F(DnsTcpFaults, AStalledConnectionIsSilentUntilTheFaultEnds) {
  proxy.publish({rule("tcp.stall", R"({"for": "1h"})")});
  const Plug client = asked();
  const Plug server = answered();
  while (proxy.counters().bytes_response == 0) std::this_thread::yield();
  EXPECT_TRUE(client.receive(1, MSG_DONTWAIT).empty());
  EXPECT_EQ(errno, EAGAIN);
  proxy.publish({});
  EXPECT_EQ(client.receive(reply.size(), MSG_WAITALL), reply);
}

TEST_F(DnsTcpFaults, AFaultReachesConnectionsThatAreOpen) {
  const Plug client = asked();
  const Plug server = answered();
  EXPECT_EQ(client.receive(reply.size(), MSG_WAITALL), reply);
  proxy.publish({rule("tcp.reset", "{}")});
  EXPECT_TRUE(client.receive().empty());
  EXPECT_EQ(errno, ECONNRESET);
}

TEST_F(DnsTcpFaults, AResetAtAcceptIsOne) {
  proxy.publish({rule("tcp.refuse", R"({"mode": "reset"})")});
  const Plug client = connected();
  EXPECT_TRUE(client.receive().empty());
  EXPECT_EQ(errno, ECONNRESET);
}

TEST_F(DnsTcpFaults, ARefusingListenerLeavesUdpAlone) {
  proxy.publish({rule("tcp.refuse")});
  const Plug refused(SOCK_STREAM);
  const SocketAddress to = *literal({.host = "127.0.0.1", .port = proxy.port(), .unix_path = {}});
  EXPECT_NE(::connect(refused.fd(), to.get(), to.size), 0);
  EXPECT_EQ(errno, ECONNREFUSED);
  const Plug client = Plug::connected(SOCK_DGRAM, proxy.port());
  Bytes two = www_query();
  two[5] = std::byte{2};
  client.send(two);
  EXPECT_EQ(dns::Header(client.receive()).rcode(), dns::Rcode::format_error);
}

TEST_F(DnsTcpFaults, ABlackholeTowardsTheUpstreamKeepsTheQuery) {
  proxy.publish({toward(Direction::request, rule("tcp.blackhole"))});
  const Plug client = asked();
  const Plug server = upstream.accept();
  EXPECT_TRUE(server.receive(1, MSG_DONTWAIT).empty());
  proxy.publish({});
  Bytes query = server.receive(reply.size(), MSG_WAITALL);
  ASSERT_EQ(query.size(), reply.size());
  query.erase(query.begin(), query.begin() + 2);
  server.send(framed(reply_to(query)));
  EXPECT_EQ(client.receive(reply.size(), MSG_WAITALL), reply);
}

TEST_F(DnsTcpFaults, OnlyClientsThatMatchAreHit) {
  proxy.publish({rule("tcp.refuse", "{}", R"({"sources": ["10.0.0.0/8"]})")});
  const Plug client = asked();
  const Plug server = answered();
  EXPECT_EQ(client.receive(reply.size(), MSG_WAITALL), reply);
}

}  // namespace
}  // namespace firedrill
