#include "proxy/runtime/inherited_sockets.h"

#include "tests/session/http_plug.h"

#include <gmock/gmock.h>

#include <cstdlib>

// Sockets that another process has opened: who may have them, and what becomes of them.
namespace firedrill {
namespace {

using namespace test;
using testing::HasSubstr;

ProxyConfig config_at(std::uint16_t port, Protocol protocol = Protocol::tcp) {
  ProxyConfig config = proxy_config(protocol, {address(1)});
  config.listen.port = port;
  return config;
}

// A listener whose port was asked for by number, as a starter does: one that the kernel picked is
// given back when the listener closes.
Plug listener_by_number() {
  const SocketAddress free = local_of(Plug::bound(SOCK_STREAM).fd());
  Plug plug(SOCK_STREAM);
  EXPECT_EQ(::bind(plug.fd(), free.get(), free.size), 0);
  EXPECT_EQ(::listen(plug.fd(), 16), 0);
  return plug;
}

// The starter's end of a listener that is handed over, and those who have it now.
struct Inherited : testing::Test {
  Plug starter = listener_by_number();
  InheritedSockets sockets = holding(starter, "web");

  static InheritedSockets holding(const Plug& plug, const std::string& name) {
    InheritedSockets made;
    EXPECT_EQ(describe(made.add(name, Fd(::dup(plug.fd())))), "");
    return made;
  }
  int connect_error() const {
    const Plug plug(SOCK_STREAM);
    const SocketAddress to = *literal(address(starter.port()));
    return ::connect(plug.fd(), to.get(), to.size) == 0 ? 0 : errno;
  }
};

TEST_F(Inherited, GivesEachWorkerADescriptorOfTheOneSocket) {
  const auto taken = sockets.take(config_at(starter.port()), 3);
  ASSERT_TRUE(taken.has_value() && taken->has_value());
  ASSERT_EQ((*taken)->workers.size(), 3u);
  const Plug client = Plug::connected(SOCK_STREAM, starter.port());
  for (const ListenSockets& mine : (*taken)->workers) {
    EXPECT_EQ(local_of(mine.stream.get()).port(), starter.port());
  }
  // Whoever comes first serves it, without waiting.
  EXPECT_TRUE(Fd(::accept((*taken)->workers[2].stream.get(), nullptr, nullptr)));
  EXPECT_FALSE(Fd(::accept((*taken)->workers[0].stream.get(), nullptr, nullptr)));
  EXPECT_EQ(errno, EAGAIN);
}

TEST_F(Inherited, IsForNobodyElse) {
  const auto other = sockets.take(config_at(1), 1);
  ASSERT_TRUE(other.has_value());
  EXPECT_FALSE(other->has_value());
  ProxyConfig everywhere = config_at(starter.port());
  everywhere.listen.host = "0.0.0.0";
  EXPECT_FALSE(sockets.take(everywhere, 1)->has_value());
}

TEST_F(Inherited, OutlivesTheListenersOfAProxy) {
  { const auto taken = sockets.take(config_at(starter.port()), 1); }
  EXPECT_EQ(connect_error(), 0);
}

TEST_F(Inherited, RefusesWhileNobodyListensThere) {
  sockets.close_all_but({});
  EXPECT_EQ(connect_error(), ECONNREFUSED);
  const auto taken = sockets.take(config_at(starter.port()), 1);
  EXPECT_EQ(connect_error(), 0);
  const ListenPlace mine[] = {{address(starter.port()), Protocol::tcp}};
  sockets.close_all_but(mine);
  EXPECT_EQ(connect_error(), 0);
}

TEST_F(Inherited, NamesWhatNothingIsConfiguredFor) {
  const ListenPlace other[] = {{address(1), Protocol::tcp}};
  EXPECT_THAT(describe(sockets.unused(other)),
              HasSubstr("LISTEN_FDS: the inherited socket \"web\" is at 127.0.0.1:" +
                        std::to_string(starter.port()) + ", where nothing"));
  const ListenPlace mine[] = {{address(starter.port()), Protocol::http}};
  EXPECT_EQ(describe(sockets.unused(mine)), "");
}

TEST_F(Inherited, OfDnsComesInTwo) {
  const ProxyConfig dns = config_at(starter.port(), Protocol::dns);
  const auto half = sockets.take(dns, 1);
  ASSERT_TRUE(half.has_error());
  EXPECT_THAT(describe(half.error()), HasSubstr("\"web\" is for one of them"));
  const Plug datagrams(SOCK_DGRAM);
  const SocketAddress same = local_of(starter.fd());
  ASSERT_EQ(::bind(datagrams.fd(), same.get(), same.size), 0);
  ASSERT_EQ(describe(sockets.add("web-udp", Fd(::dup(datagrams.fd())))), "");
  const auto whole = sockets.take(dns, 2);
  ASSERT_TRUE(whole.has_value() && whole->has_value());
  EXPECT_EQ(local_of((*whole)->workers[1].datagram.get()).port(), starter.port());
  // A datagram socket is no use to what is not dns.
  const ListenPlace tcp[] = {{address(starter.port()), Protocol::tcp}};
  EXPECT_THAT(describe(sockets.unused(tcp)), HasSubstr("\"web-udp\""));
}

TEST(InheritedSocket, MustBeAListener) {
  const Plug listener = Plug::bound(SOCK_STREAM);
  const Plug client = Plug::connected(SOCK_STREAM, listener.port());
  InheritedSockets sockets;
  EXPECT_THAT(describe(sockets.add("one", Fd(::dup(client.fd())))),
              HasSubstr("\"one\" is a connection; a listener is needed"));
  EXPECT_THAT(describe(sockets.add("two", Fd(::open("/dev/null", O_RDONLY)))),
              HasSubstr("\"two\" is no TCP, UDP or Unix socket"));
}

struct Variables : testing::Test {
  Variables() { set(std::to_string(::getpid()), "0", ""); }
  ~Variables() override { set("", "", ""); }
  static void set(const std::string& pid, const std::string& fds, const std::string& names) {
    ::setenv("LISTEN_PID", pid.c_str(), 1);
    ::setenv("LISTEN_FDS", fds.c_str(), 1);
    ::setenv("LISTEN_FDNAMES", names.c_str(), 1);
  }
};

TEST_F(Variables, OfAnotherProcessAreNotForThisOne) {
  set("1", "4", "a:b:c:d");
  EXPECT_TRUE(InheritedSockets::from_environment().has_value());
}

TEST_F(Variables, AreNotForChildren) {
  EXPECT_TRUE(InheritedSockets::from_environment().has_value());
  EXPECT_EQ(std::getenv("LISTEN_FDS"), nullptr);
  EXPECT_EQ(std::getenv("LISTEN_PID"), nullptr);
}

TEST_F(Variables, MustCount) {
  set(std::to_string(::getpid()), "many", "");
  EXPECT_THAT(describe(InheritedSockets::from_environment().error()),
              HasSubstr("LISTEN_FDS: must be the number of inherited sockets, not \"many\""));
}

}  // namespace
}  // namespace firedrill
