#include "proxy/runtime/listen.h"
#include "proxy/runtime/acceptor.h"
#include "tests/session/harness.h"
#include "tests/session/turning_loop.h"

#include <sys/un.h>

#include <cstdlib>
#include <filesystem>

namespace firedrill {
namespace {

using namespace test;

ProxyConfig listener(Protocol protocol, const Address& address) {
  ProxyConfig config;
  config.name = "listener";
  config.protocol = protocol;
  config.listen = address;
  return config;
}

Address tcp_address(std::uint16_t port = 0, std::string host = "127.0.0.1") {
  return {.host = std::move(host), .port = port, .unix_path = {}};
}

TEST(Listen, RefusesAnAddressThatIsInUse) {
  const auto first = open_listeners(listener(Protocol::tcp, tcp_address()), 2).value();
  const auto second = open_listeners(listener(Protocol::tcp, first.address), 2);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().front().what.find("in use"), std::string::npos);
}

TEST(Listen, TakesAnAddressThatIsBeingLeft) {
  const auto first = open_listeners(listener(Protocol::dns, tcp_address()), 2).value();
  const ListenPlace leaving[] = {{first.address, Protocol::dns}};
  EXPECT_TRUE(open_listeners(listener(Protocol::dns, first.address), 2, leaving));
  const Address wildcard = tcp_address(first.address.port, "0.0.0.0");
  EXPECT_TRUE(open_listeners(listener(Protocol::tcp, wildcard), 2, leaving));
  const Address other = tcp_address(first.address.port, "127.0.0.2");
  EXPECT_TRUE(open_listeners(listener(Protocol::tcp, other), 2, leaving));
}

TEST(Listen, StillRefusesTheDatagramPortOfAnotherWhenOnlyTheStreamIsLeft) {
  const auto first = open_listeners(listener(Protocol::tcp, tcp_address()), 1).value();
  const Plug other(SOCK_DGRAM);
  const SocketAddress taken = *literal(first.address);
  ASSERT_EQ(::bind(other.fd(), taken.get(), taken.size), 0);
  const ListenPlace leaving[] = {{first.address, Protocol::tcp}};
  EXPECT_FALSE(open_listeners(listener(Protocol::dns, first.address), 1, leaving));
}

// A directory of the test's own.
struct UnixListen : testing::Test {
  UnixListen() {
    std::string name = testing::TempDir() + "firedrill_listen_XXXXXX";
    directory = ::mkdtemp(name.data());
    address.unix_path = directory / "s";
  }
  ~UnixListen() override { std::filesystem::remove_all(directory); }

  Plug connected() const {
    Plug plug(Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)));
    const SocketAddress to = *literal(address);
    EXPECT_EQ(::connect(plug.fd(), to.get(), to.size), 0);
    return plug;
  }

  std::filesystem::path directory;
  Address address;
};

TEST_F(UnixListen, ReplacesAFileWhoseListenerIsGone) {
  open_listeners(listener(Protocol::tcp, address), 1).value();
  EXPECT_TRUE(std::filesystem::exists(address.unix_path));
  EXPECT_TRUE(open_listeners(listener(Protocol::tcp, address), 1));
}

TEST_F(UnixListen, RefusesAFileThatIsInUse) {
  const auto first = open_listeners(listener(Protocol::tcp, address), 1).value();
  EXPECT_FALSE(open_listeners(listener(Protocol::tcp, address), 1));
  connected();
}

// Its listener can't answer: only that nobody listens makes a file stale.
TEST_F(UnixListen, RefusesAFileWhoseListenerHasAFullQueue) {
  const Plug busy(Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)));
  const SocketAddress at = *literal(address);
  ASSERT_EQ(::bind(busy.fd(), at.get(), at.size), 0);
  ASSERT_EQ(::listen(busy.fd(), 0), 0);
  const Plug queued = connected();
  EXPECT_FALSE(open_listeners(listener(Protocol::tcp, address), 1));
  EXPECT_TRUE(std::filesystem::exists(address.unix_path));
}

TEST_F(UnixListen, TakesTheFileOfAProxyThatLeaves) {
  const auto first = open_listeners(listener(Protocol::tcp, address), 1).value();
  const ListenPlace leaving[] = {{first.address, Protocol::tcp}};
  const auto second = open_listeners(listener(Protocol::http, address), 1, leaving).value();
  const Plug client = connected();
  const Fd accepted(::accept(second.workers.front().stream.get(), nullptr, nullptr));
  EXPECT_TRUE(accepted);
}

struct PausedListener : testing::Test, TurningLoop {};

TEST_F(PausedListener, ListensAgainAsSoonAsNobodyElseDoes) {
  auto opened = open_listeners(listener(Protocol::tcp, tcp_address()), 1).value();
  int accepted = 0;
  Acceptor acceptor(context, std::move(opened.workers.front().stream),
                    [&](Fd, const SocketAddress&) { ++accepted; });
  acceptor.pause();
  Plug thief(SOCK_STREAM);
  const int on = 1;
  setsockopt(thief.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const SocketAddress address = *literal(opened.address);
  ASSERT_EQ(::bind(thief.fd(), address.get(), address.size), 0);
  ASSERT_EQ(::listen(thief.fd(), 1), 0);
  acceptor.resume();
  settle();
  thief = Plug(SOCK_STREAM);
  EXPECT_TRUE(until([&] {
    const Plug client(SOCK_STREAM);
    return ::connect(client.fd(), address.get(), address.size) == 0 && accepted > 0;
  }));
}

}  // namespace
}  // namespace firedrill
