#include "tests/session/http_plug.h"
#include "tests/session/tcp_proxied.h"

#include <gmock/gmock.h>

// What a worker does when memory is scarce.
namespace firedrill {
namespace {

using namespace test;

using PressureOnTcp = TcpProxied;
using PressureOnHttp = HttpProxied;

TEST_F(PressureOnTcp, LetsWhoIsNewWaitAndServesThemLater) {
  const Plug first = connect();
  const Plug first_server = upstream.accept();
  proxy.relieve(Pressure::full);
  EXPECT_FALSE(proxy.counters().accepting);
  const Plug second = connect();  // by the kernel
  say(second, "waits");
  say(first, "goes on");
  expect(first_server, "goes on");
  EXPECT_EQ(proxy.counters().connections_opened, 1u);
  proxy.relieve(Pressure::none);
  EXPECT_TRUE(proxy.counters().accepting);
  expect(upstream.accept(), "waits");
}

TEST_F(PressureOnTcp, ShedsTheOneThatHasBeenIdleForLongest) {
  const Plug idle = connect();
  const Plug idle_server = upstream.accept();
  const Plug busy = connect();
  const Plug busy_server = upstream.accept();
  const auto shed = [&] {
    say(busy, "x");
    expect(busy_server, "x");
    proxy.relieve(Pressure::critical);
    return proxy.counters().connections_shed == 1;
  };
  ASSERT_TRUE(eventually(shed));
  EXPECT_EQ(hear(idle), Heard::fin);
  EXPECT_EQ(hear(idle_server), Heard::fin);
  say(busy, "y");
  expect(busy_server, "y");
}

TEST_F(PressureOnTcp, ShedsNobodyAtOnce) {
  const Plug client = connect();
  const Plug server = upstream.accept();
  proxy.relieve(Pressure::critical);
  EXPECT_EQ(proxy.counters().connections_shed, 0u);
  say(client, "still here");
  expect(server, "still here");
}

TEST_F(PressureOnHttp, ShedsWhoSendsNoRequestAndNobodyWhoAwaitsAResponse) {
  const Plug idle = connect();
  say(client, kGet);
  const Plug server = asked(kGet);
  ASSERT_TRUE(eventually([&] { return proxy.counters().connections_opened == 2; }));
  const auto shed = [&] {
    proxy.relieve(Pressure::critical);
    return proxy.counters().connections_shed == 1;
  };
  ASSERT_TRUE(eventually(shed));
  EXPECT_EQ(hear(idle), Heard::fin);
  proxy.relieve(Pressure::critical);
  say(server, kOk);
  expect(client, kOk);
}

}  // namespace
}  // namespace firedrill
