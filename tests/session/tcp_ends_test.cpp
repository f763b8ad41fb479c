#include "tests/session/tcp_proxied.h"

#include <poll.h>

#include <vector>

// The tcp faults that end connections, hold their beginning, or count them.
namespace firedrill {
namespace {

using namespace test;

// The rule as an edit of its parameters makes it.
RulePtr patched(const RulePtr& rule, std::string_view with) {
  const RulePtr other = test::rule(rule->type->name, with);
  return edited(rule, [&](Rule& copy) {
    copy.key = other->key;
    copy.spec = other->spec;
  });
}

struct TcpEnds : TcpProxied {};

struct OpenTcpEnds : TcpEnds {
  Plug client = connect();
  Plug server = upstream.accept();
};

// --- tcp.close

TEST_F(TcpEnds, CloseEndsANewConnectionInOrderUntilItIsOff) {
  proxy.publish({rule("tcp.close")});
  const Plug client = connect();
  EXPECT_EQ(hear(client), Heard::fin);
  proxy.publish({});
  const Plug next = connect();
  say(next, "open again");
  expect(upstream.accept(), "open again");
}

TEST_F(OpenTcpEnds, CloseEndsBothSidesOfAnOpenConnectionInOrder) {
  say(client, "unread by the proxy's peer");
  expect(server, "unread by the proxy's peer");
  proxy.publish({rule("tcp.close")});
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_EQ(hear(server), Heard::fin);
}

TEST_F(OpenTcpEnds, CloseComesAfterAHalfCloseToo) {
  const TimePoint start = Clock::now();
  proxy.publish({rule("tcp.close", R"({"after": "50ms"})")});
  server.half_close();
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_EQ(hear(server), Heard::fin);
  EXPECT_GE(Clock::now() - start, 50ms);
}

TEST_F(OpenTcpEnds, ResetReachesAConnectionThatIsHalfClosedAlready) {
  server.half_close();
  EXPECT_EQ(hear(client), Heard::fin);
  proxy.publish({rule("tcp.reset")});
  EXPECT_EQ(hear(server), Heard::rst);
}

// --- tcp.limit

TEST_F(OpenTcpEnds, LimitClosesBothSidesBehindItsBytes) {
  proxy.publish({rule("tcp.limit", R"({"bytes": 5})")});
  say(server, "abcdefgh");
  expect(client, "abcde");
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_EQ(hear(server), Heard::fin);
}

TEST_F(TcpEnds, LimitCountsTheRequestOfANewConnection) {
  proxy.publish({toward(Direction::request, rule("tcp.limit", R"({"bytes": 5})"))});
  const Plug client = connect();
  const Plug server = upstream.accept();
  say(server, "more than five is fine here");
  expect(client, "more than five is fine here");
  say(client, "abcdefgh");
  expect(server, "abcde");
  EXPECT_EQ(hear(server), Heard::fin);
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(OpenTcpEnds, LimitCountsOnThroughAnEditInBothDirections) {
  const RulePtr limit = toward(Direction::both, rule("tcp.limit", R"({"bytes": 1000})"));
  proxy.publish({limit});
  say(server, std::string(600, 'r'));
  expect(client, std::string(600, 'r'));
  say(client, std::string(300, 'q'));
  expect(server, std::string(300, 'q'));
  proxy.publish({patched(limit, R"({"bytes": 700})")});
  say(client, std::string(350, 'q'));
  expect(server, std::string(350, 'q'));
  say(server, std::string(600, 'r'));
  expect(client, std::string(100, 'r'));
  EXPECT_EQ(hear(client), Heard::fin);
}

// A peer that goes on sending must not be answered with RST before it has read the end.
TEST_F(OpenTcpEnds, ACloseWithBytesOnTheirWayIsNoReset) {
  proxy.publish({rule("tcp.limit", R"({"bytes": 3})")});
  say(client, std::string(100'000, 'q'));
  say(server, "abcdef");
  EXPECT_EQ(next(client, 3), "abc");
  say(client, "still talking");
  EXPECT_EQ(hear(client), Heard::fin);
}

// --- tcp.timeout

TEST_F(OpenTcpEnds, TimeoutSilencesOneDirectionAndThenClosesBoth) {
  const TimePoint start = Clock::now();
  proxy.publish({rule("tcp.timeout", R"({"after": "100ms"})")});
  say(client, "goes on");
  expect(server, "goes on");
  say(server, "lost");
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_EQ(hear(server), Heard::fin);
  EXPECT_GE(Clock::now() - start, 100ms);
}

TEST_F(OpenTcpEnds, TimeoutTakenAwayClosesWhatHasLostBytes) {
  proxy.publish({rule("tcp.timeout")});
  say(server, "lost");
  ASSERT_TRUE(took(0, 4));
  EXPECT_TRUE(is_quiet(client));
  proxy.publish({});
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_EQ(hear(server), Heard::fin);
}

TEST_F(OpenTcpEnds, TimeoutTakenAwayLeavesWhatHasLostNothing) {
  proxy.publish({rule("tcp.timeout")});
  proxy.publish({});
  say(server, "fine");
  expect(client, "fine");
}

TEST_F(OpenTcpEnds, TimeoutEditedStaysOpenUntilItsNewTime) {
  const RulePtr timeout = rule("tcp.timeout");
  proxy.publish({timeout});
  say(server, "lost");
  ASSERT_TRUE(took(0, 4));
  const TimePoint edit = Clock::now();
  proxy.publish({patched(timeout, R"({"after": "50ms"})")});
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_GE(Clock::now() - edit, 50ms);
}

// --- tcp.reset, from: data

TEST_F(OpenTcpEnds, ResetFromDataResetsALiveConnectionOnceItSpeaks) {
  proxy.publish({toward(Direction::request, rule("tcp.reset", R"({"from": "data"})"))});
  say(server, "unharmed");
  expect(client, "unharmed");
  say(client, "lost");
  EXPECT_EQ(hear(client), Heard::rst);
  EXPECT_EQ(hear(server), Heard::rst);
}

// --- tcp.slow_close

TEST_F(OpenTcpEnds, SlowCloseHoldsTheFinUntilItIsDue) {
  proxy.publish({rule("tcp.slow_close", R"({"delay": "50ms"})")});
  const TimePoint start = Clock::now();
  say(server, "in time");
  server.half_close();
  expect(client, "in time");
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_GE(Clock::now() - start, 50ms);
}

TEST_F(OpenTcpEnds, SlowCloseTakenAwayLetsTheFinGo) {
  proxy.publish({rule("tcp.slow_close", R"({"delay": "1h"})")});
  say(server, "last");
  server.half_close();
  expect(client, "last");
  EXPECT_TRUE(is_quiet(client));
  proxy.publish({});
  EXPECT_EQ(hear(client), Heard::fin);
}

// --- tcp.idle_kill

TEST_F(OpenTcpEnds, IdleKillResetsBothSidesOfASilentConnection) {
  const TimePoint start = Clock::now();
  proxy.publish({toward(Direction::both, rule("tcp.idle_kill", R"({"after": "50ms"})"))});
  EXPECT_EQ(hear(client), Heard::rst);
  EXPECT_EQ(hear(server), Heard::rst);
  EXPECT_GE(Clock::now() - start, 50ms);
}

TEST_F(OpenTcpEnds, IdleKillSparesAConnectionThatOnlyOneSideUses) {
  proxy.publish({toward(Direction::both, rule("tcp.idle_kill", R"({"after": "300ms"})"))});
  const TimePoint start = Clock::now();
  while (Clock::now() - start < 600ms) {
    say(server, "x");
    expect(client, "x");
  }
  say(client, "alive");
  expect(server, "alive");
}

TEST_F(OpenTcpEnds, IdleKillSilentlyTellsNobodyUntilItIsOff) {
  proxy.publish(
      {toward(Direction::both, rule("tcp.idle_kill", R"({"after": "1ns", "how": "silent"})"))});
  say(client, "anybody?");
  ASSERT_TRUE(took(8, 0));
  EXPECT_TRUE(is_quiet(server));
  EXPECT_TRUE(is_quiet(client));
  proxy.publish({});
  expect(server, "anybody?");
}

// --- tcp.connect_delay

TEST_F(TcpEnds, ConnectDelayHoldsTheConnectionToTheUpstream) {
  proxy.publish({rule("tcp.connect_delay", R"({"delay": "100ms"})")});
  const TimePoint start = Clock::now();
  const Plug client = connect();
  say(client, "patience");
  expect(upstream.accept(), "patience");
  EXPECT_GE(Clock::now() - start, 100ms);
}

TEST_F(TcpEnds, ConnectDelayTakenAwayConnectsAtOnce) {
  proxy.publish({rule("tcp.connect_delay", R"({"delay": "1h"})")});
  const Plug client = connect();
  say(client, "patience");
  ASSERT_TRUE(eventually([&] { return proxy.counters().connections_opened == 1; }));
  proxy.publish({});
  expect(upstream.accept(), "patience");
}

TEST_F(TcpEnds, AClientThatGivesUpEndsAConnectDelay) {
  proxy.publish({rule("tcp.connect_delay", R"({"delay": "1h"})")});
  reset(connect());
  EXPECT_TRUE(eventually([&] { return proxy.counters().connections_refused == 1; }));
}

TEST_F(TcpEnds, AResetThatComesDuringAConnectDelayIsAtOnce) {
  const RulePtr delay = rule("tcp.connect_delay", R"({"delay": "1h"})");
  proxy.publish({delay});
  const Plug client = connect();
  ASSERT_TRUE(eventually([&] { return proxy.counters().connections_opened == 1; }));
  proxy.publish({delay, rule("tcp.reset")});
  EXPECT_EQ(hear(client), Heard::rst);
}

// --- tcp.connections

TEST_F(TcpEnds, ConnectionsBeyondTheLimitAreResetUntilOneHasEnded) {
  proxy.publish({rule("tcp.connections", R"({"max": 1})")});
  {
    const Plug first = connect();
    const Plug server = upstream.accept();
    EXPECT_EQ(hear(connect()), Heard::rst);
    say(first, "served");
    expect(server, "served");
  }
  // The slot comes back with the session's end; who has one reaches the upstream.
  std::vector<Plug> tries;
  EXPECT_TRUE(eventually([&] {
    tries.push_back(connect());
    pollfd arrived{.fd = upstream.fd(), .events = POLLIN, .revents = 0};
    return ::poll(&arrived, 1, 0) == 1;
  }));
}

TEST_F(OpenTcpEnds, ConnectionsThatWereOpenBeforeCountAndStay) {
  proxy.publish({rule("tcp.connections", R"({"max": 1})")});
  EXPECT_EQ(hear(connect()), Heard::rst);
  say(client, "still here");
  expect(server, "still here");
  proxy.publish({});
  const Plug next = connect();
  say(next, "open again");
  expect(upstream.accept(), "open again");
}

TEST_F(OpenTcpEnds, AQueuedConnectionIsServedWhenAnotherHasEnded) {
  proxy.publish({rule("tcp.connections", R"({"max": 1, "full": "queue"})")});
  const Plug queued = connect();
  say(queued, "my turn");
  ASSERT_TRUE(eventually([&] { return proxy.counters().connections_opened == 2; }));
  EXPECT_TRUE(is_quiet(queued));
  EXPECT_EQ(proxy.counters().bytes_request, 0u);
  reset(std::move(client));
  expect(upstream.accept(), "my turn");
}

TEST_F(OpenTcpEnds, AQueuedConnectionIsServedWhenTheLimitIsRaised) {
  const RulePtr limit = rule("tcp.connections", R"({"max": 1, "full": "queue"})");
  proxy.publish({limit});
  const Plug queued = connect();
  say(queued, "my turn");
  ASSERT_TRUE(eventually([&] { return proxy.counters().connections_opened == 2; }));
  proxy.publish({patched(limit, R"({"max": 2, "full": "queue"})")});
  expect(upstream.accept(), "my turn");
  EXPECT_EQ(hear(client, MSG_DONTWAIT), Heard::silence);
}

// --- tcp.bandwidth of a whole proxy

TEST_F(TcpEnds, BandwidthOfTheProxyIsSharedByItsConnections) {
  proxy.publish({rule("tcp.bandwidth", R"({"rate": "100KB/s", "scope": "proxy"})")});
  const Plug one = connect();
  const Plug one_server = upstream.accept();
  const Plug two = connect();
  const Plug two_server = upstream.accept();
  const std::string text(5000, 'x');
  const TimePoint start = Clock::now();
  say(one_server, text);
  say(two_server, text);
  expect(one, text);
  expect(two, text);
  EXPECT_GE(Clock::now() - start, 100ms);
}

}  // namespace
}  // namespace firedrill
