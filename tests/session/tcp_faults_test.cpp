#include "tests/session/tcp_proxied.h"

#include <poll.h>

// What the tcp faults do to connections that run, and how they begin and end on them.
namespace firedrill {
namespace {

using namespace test;

RulePtr blackhole() {
  return toward(Direction::both, rule("tcp.blackhole"));
}

struct TcpFaults : TcpProxied {
  int connect_error() const {
    const Plug plug(SOCK_STREAM);
    const SocketAddress to = *literal(address(proxy.port()));
    return ::connect(plug.fd(), to.get(), to.size) == 0 ? 0 : errno;
  }
};

struct OpenTcp : TcpFaults {
  Plug client = connect();
  Plug server = upstream.accept();
};

// --- tcp.refuse

TEST_F(OpenTcp, RefuseClosesTheListenerAndSparesWhatIsOpen) {
  proxy.publish({rule("tcp.refuse")});
  EXPECT_EQ(connect_error(), ECONNREFUSED);
  say(client, "still here");
  expect(server, "still here");
  proxy.publish({});
  const Plug next = connect();
  say(next, "open again");
  expect(upstream.accept(), "open again");
}

TEST_F(TcpFaults, RefuseByResetAcceptsAndResets) {
  proxy.publish({rule("tcp.refuse", R"({"mode": "reset"})")});
  EXPECT_EQ(hear(connect()), Heard::rst);
  proxy.publish({});
  const Plug next = connect();
  say(next, "open again");
  expect(upstream.accept(), "open again");
}

TEST_F(TcpFaults, RefuseOfSomeClientsKeepsTheListener) {
  proxy.publish({rule("tcp.refuse", "{}", R"({"sources": ["10.0.0.0/8"]})")});
  const Plug client = connect();
  say(client, "not meant");
  expect(upstream.accept(), "not meant");
}

// --- tcp.blackhole

TEST_F(TcpFaults, BlackholeHoldsANewConnectionUntilItIsOff) {
  proxy.publish({blackhole()});
  const Plug client = connect();
  const Plug server = upstream.accept();
  say(client, "question");
  say(server, "greeting");
  ASSERT_TRUE(took(8, 8));
  EXPECT_TRUE(is_quiet(client));
  EXPECT_TRUE(is_quiet(server));
  proxy.publish({});
  expect(server, "question");
  expect(client, "greeting");
}

TEST_F(OpenTcp, BlackholeHoldsAnOpenConnectionUntilItIsOff) {
  say(client, "before");
  expect(server, "before");
  proxy.publish({blackhole()});
  say(client, "after");
  say(server, "after");
  ASSERT_TRUE(took(11, 5));
  EXPECT_TRUE(is_quiet(client));
  EXPECT_TRUE(is_quiet(server));
  proxy.publish({});
  expect(server, "after");
  expect(client, "after");
}

TEST_F(OpenTcp, BlackholeHoldsTheHalfCloseToo) {
  proxy.publish({blackhole()});
  say(client, "last");
  client.half_close();
  ASSERT_TRUE(took(4, 0));
  EXPECT_TRUE(is_quiet(server));
  proxy.publish({});
  expect(server, "last");
  EXPECT_EQ(hear(server), Heard::fin);
}

TEST_F(OpenTcp, BlackholeInOneDirectionLeavesTheOther) {
  proxy.publish({toward(Direction::request, rule("tcp.blackhole"))});
  say(client, "lost");
  say(server, "seen");
  expect(client, "seen");
  ASSERT_TRUE(took(4, 4));
  EXPECT_TRUE(is_quiet(server));
}

TEST_F(OpenTcp, AClientThatGivesUpOnABlackholeEndsTheConnection) {
  proxy.publish({blackhole()});
  say(client, "anybody?");
  ASSERT_TRUE(took(8, 0));
  reset(std::move(client));
  EXPECT_EQ(hear(server), Heard::rst);
}

// --- tcp.latency and tcp.bandwidth

TEST_F(OpenTcp, LatencyDelaysTheResponse) {
  proxy.publish({rule("tcp.latency", R"({"delay": "20ms"})")});
  const TimePoint start = Clock::now();
  say(server, "late");
  expect(client, "late");
  EXPECT_GE(Clock::now() - start, 20ms);
}

TEST_F(OpenTcp, LatencyLetsGoOfEverythingWhenItIsOff) {
  proxy.publish({rule("tcp.latency", R"({"delay": "1h"})")});
  say(server, "one");
  ASSERT_TRUE(took(0, 3));
  say(server, "two");
  server.half_close();
  ASSERT_TRUE(took(0, 6));
  EXPECT_TRUE(is_quiet(client));
  proxy.publish({});
  expect(client, "onetwo");
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(TcpFaults, BandwidthLimitsANewConnectionUntilItIsOff) {
  proxy.publish({rule("tcp.bandwidth", R"({"rate": "100KB/s"})")});
  const Plug client = connect();
  const Plug server = upstream.accept();
  const std::string text(4000, 'x');
  const TimePoint start = Clock::now();
  say(server, text);
  expect(client, text);
  EXPECT_GE(Clock::now() - start, 40ms);
  proxy.publish({rule("tcp.bandwidth", R"({"rate": "1B/s"})")});
  say(server, text);
  ASSERT_TRUE(took(0, 8000));
  proxy.publish({});
  expect(client, text);
}

// --- tcp.reset

TEST_F(OpenTcp, ResetBreaksAnOpenConnectionAtOnce) {
  proxy.publish({rule("tcp.reset")});
  EXPECT_EQ(hear(client), Heard::rst);
  EXPECT_EQ(hear(server), Heard::rst);
}

TEST_F(TcpFaults, ResetBreaksANewConnectionUntilItIsOff) {
  proxy.publish({rule("tcp.reset")});
  EXPECT_EQ(hear(connect()), Heard::rst);
  proxy.publish({});
  const Plug next = connect();
  say(next, "open again");
  expect(upstream.accept(), "open again");
}

TEST_F(OpenTcp, ResetComesBehindItsBytes) {
  proxy.publish({rule("tcp.reset", R"({"bytes": 3})")});
  say(server, "ab");
  expect(client, "ab");
  say(server, "cdef");
  expect(client, "c");
  EXPECT_EQ(hear(client), Heard::rst);
  EXPECT_EQ(hear(server), Heard::rst);
}

TEST_F(OpenTcp, ResetComesAfterItsTime) {
  const TimePoint start = Clock::now();
  proxy.publish({rule("tcp.reset", R"({"after": "20ms"})")});
  EXPECT_EQ(hear(client), Heard::rst);
  EXPECT_GE(Clock::now() - start, 20ms);
}

// --- the end of a rule

TEST_F(OpenTcp, ARuleStopsAtItsDeadlineThoughNobodyPublishes) {
  const TimePoint deadline = Clock::now() + 50ms;
  proxy.publish({until(deadline, blackhole())});
  say(client, "held");
  expect(server, "held");
  EXPECT_GE(Clock::now(), deadline);
  say(client, "free");
  expect(server, "free");
}

TEST_F(TcpFaults, AClosedListenerOpensAtTheDeadlineThoughNobodyPublishes) {
  proxy.publish({until(Clock::now() + 50ms, rule("tcp.refuse"))});
  EXPECT_EQ(connect_error(), ECONNREFUSED);
  EXPECT_TRUE(eventually([this] { return connect_error() == 0; }));
}

TEST_F(OpenTcp, DeadlinesPassOneAfterTheOther) {
  const TimePoint start = Clock::now();
  proxy.publish({until(start + 20ms, rule("tcp.latency", R"({"delay": "1h"})")),
                 until(start + 40ms, rule("tcp.blackhole"))});
  say(server, "held by both");
  expect(client, "held by both");
  EXPECT_GE(Clock::now(), start + 40ms);
}

// --- toggling

TEST_F(OpenTcp, TogglingInTheMiddleOfATransferLosesNothing) {
  const Bytes bytes = noise(8_MiB);
  const auto transfer = sending(server, bytes);
  const RulePtr rules[] = {rule("tcp.latency", R"({"delay": "1ms"})"),
                           rule("tcp.bandwidth", R"({"rate": "1MB/s"})"), blackhole()};
  Bytes got;
  for (std::size_t turn = 0; got.size() < bytes.size(); ++turn) {
    proxy.publish({rules[turn % 3]});
    proxy.publish({});
    const Bytes some = client.receive(64_KiB);
    ASSERT_FALSE(some.empty()) << "after " << got.size() << " bytes";
    got.insert(got.end(), some.begin(), some.end());
  }
  EXPECT_TRUE(got == bytes);
}

// Fills everything between the two ends, the pipe of the splice included, and then puts a rule on:
// what is in the pipe is on its way, and what follows it meets the rule.
TEST_F(OpenTcp, AFaultThatComesWhileAPipeIsFullStopsNothing) {
  const Bytes part = noise(64_KiB);
  std::size_t sent = 0;
  ::fcntl(server.fd(), F_SETFL, O_NONBLOCK);
  pollfd writable{.fd = server.fd(), .events = POLLOUT, .revents = 0};
  while (::poll(&writable, 1, 300) == 1) {
    const ByteView rest = ByteView(part).subspan(sent % part.size());
    const ssize_t count = ::send(server.fd(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count > 0) sent += static_cast<std::size_t>(count);
    ASSERT_LT(sent, 1024_MiB) << "there is no end to the buffers of this kernel";
  }
  proxy.publish({rule("tcp.latency", R"({"delay": "1ms"})")});
  for (std::size_t got = 0; got < sent; got += part.size()) {
    Bytes expected = part;
    expected.resize(std::min(part.size(), sent - got));
    ASSERT_TRUE(client.receive(expected.size(), MSG_WAITALL) == expected) << "after " << got;
  }
}

}  // namespace
}  // namespace firedrill
