#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;
using SegmentKind = Segment::Kind;

// Both links of a connection, under one fault.
struct Connection {
  explicit Connection(std::string_view with) : spec(compile("tcp.idle_kill", with).spec) {
    request.set_stages(plan(1, make(Direction::request)), kStart);
    response.set_stages(plan(1, make(Direction::response)), kStart);
  }
  std::unique_ptr<LinkStage> make(Direction side) {
    return spec->make_stage({.now = kStart, .rng = Rng(1), .side = side, .activity = activity});
  }
  void advance(TimePoint now) {
    request.advance(now);
    response.advance(now);
  }

  FaultSpecPtr spec;
  Activity activity;
  Link request{1_MiB};
  Link response{1_MiB};
};

TEST(TcpIdleKill, ResetsAConnectionOnWhichNothingMoves) {
  Connection idle(R"({"after": "10s"})");
  idle.advance(kStart + 10s - 1ns);
  EXPECT_EQ(idle.request.ending(), std::nullopt);
  EXPECT_EQ(idle.response.ending(), std::nullopt);
  idle.advance(kStart + 10s);
  EXPECT_EQ(idle.request.ending(), SegmentKind::reset);
  EXPECT_EQ(idle.response.ending(), SegmentKind::reset);
}

TEST(TcpIdleKill, BytesOfEitherDirectionKeepBothAlive) {
  Connection busy(R"({"after": "10s"})");
  busy.request.on_data(as_bytes("a"), kStart + 6s);
  busy.response.on_data(as_bytes("b"), kStart + 12s);
  busy.advance(kStart + 22s - 1ns);
  EXPECT_EQ(take(busy.request), "a");
  EXPECT_EQ(take(busy.response), "b");
  EXPECT_EQ(busy.request.ending(), std::nullopt);
  EXPECT_EQ(busy.response.ending(), std::nullopt);
  busy.advance(kStart + 22s);
  EXPECT_EQ(busy.request.ending(), SegmentKind::reset);
}

TEST(TcpIdleKill, SilentlyHoldsWhatComesTooLateUntilItIsTakenAway) {
  Connection idle(R"({"after": "10s", "how": "silent"})");
  idle.request.on_data(as_bytes("in time"), kStart + 1s);
  EXPECT_EQ(take(idle.request), "in time");
  idle.request.on_data(as_bytes("too late"), kStart + 11s);
  idle.response.on_data(as_bytes("as well"), kStart + 11s);
  idle.advance(kStart + 1h);
  EXPECT_EQ(take(idle.request), "");
  EXPECT_EQ(take(idle.response), "");
  EXPECT_EQ(idle.request.ending(), std::nullopt);
  idle.request.set_stages({}, kStart + 1h);
  EXPECT_EQ(take(idle.request), "too late");
}

}  // namespace
}  // namespace firedrill
