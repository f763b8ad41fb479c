#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;

TEST(TcpRefuse, ClosesTheListenerAndResetsWhoGotInBefore) {
  const auto spec = compile("tcp.refuse", "{}").spec;
  EXPECT_TRUE(spec->closes_listener());
  AcceptVerdict verdict;
  Rng rng(1);
  spec->on_accept(verdict, rng);
  EXPECT_EQ(verdict.action, AcceptVerdict::Action::reset);
}

TEST(TcpRefuse, CanResetInstead) {
  const auto spec = compile("tcp.refuse", R"({"mode": "reset"})").spec;
  EXPECT_FALSE(spec->closes_listener());
  AcceptVerdict verdict;
  Rng rng(1);
  spec->on_accept(verdict, rng);
  EXPECT_EQ(verdict.action, AcceptVerdict::Action::reset);
}

TEST(TcpRefuse, LeavesOpenConnectionsAlone) {
  EXPECT_EQ(stage("tcp.refuse", "{}"), nullptr);
}

TEST(TcpRefuse, RefusesAnUnknownMode) {
  EXPECT_EQ(refusal("tcp.refuse", R"({"mode": "drop"})"),
            "with.mode: must be one of close_listener, reset, not \"drop\"");
}

}  // namespace
}  // namespace firedrill
