// The tcp faults of a connection's set-up.
#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;

TEST(TcpConnectDelay, DelaysAddUp) {
  AcceptVerdict verdict;
  Rng rng(1);
  compile("tcp.connect_delay", R"({"delay": "2s"})").spec->on_accept(verdict, rng);
  compile("tcp.connect_delay", R"({"delay": "500ms"})").spec->on_accept(verdict, rng);
  EXPECT_EQ(verdict.action, AcceptVerdict::Action::serve);
  EXPECT_EQ(verdict.delay, 2500ms);
}

TEST(TcpConnectDelay, LeavesOpenConnectionsAlone) {
  EXPECT_EQ(stage("tcp.connect_delay", R"({"delay": "2s"})"), nullptr);
}

TEST(TcpConnections, GivesOutAsManySlotsAsThereAre) {
  const auto spec = compile("tcp.connections", R"({"max": 2})").spec;
  ConnectionSlots* slots = spec->slots();
  ASSERT_NE(slots, nullptr);
  EXPECT_TRUE(slots->try_take());
  EXPECT_TRUE(slots->try_take());
  EXPECT_FALSE(slots->try_take());
  slots->give_back();
  EXPECT_TRUE(slots->try_take());
  EXPECT_FALSE(slots->try_take());
}

TEST(TcpConnections, OpenConnectionsCountEvenWhenThereAreTooMany) {
  const auto spec = compile("tcp.connections", R"({"max": 1})").spec;
  spec->slots()->take();
  spec->slots()->take();
  spec->slots()->give_back();
  EXPECT_FALSE(spec->slots()->try_take());
  spec->slots()->give_back();
  EXPECT_TRUE(spec->slots()->try_take());
}

TEST(TcpConnections, ResetsByDefaultAndCanQueue) {
  EXPECT_EQ(compile("tcp.connections", R"({"max": 1})").spec->slots()->when_full(),
            ConnectionSlots::Full::reset);
  EXPECT_EQ(compile("tcp.connections", R"({"max": 1, "full": "queue"})").spec->slots()->when_full(),
            ConnectionSlots::Full::queue);
}

}  // namespace
}  // namespace firedrill
