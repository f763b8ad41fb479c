#include "proxy/session/relay.h"

#include "proxy/session/linger.h"

namespace firedrill {
namespace {

// A failed write says that a peer has reset; what that peer sent before may still be on its way to
// the other, so that only the end of the reading side counts.
bool was_reset(const Outlet& outlet) {
  return outlet.ended() == Segment::Kind::reset && !outlet.failed();
}

bool ended(const RelayEnds& ends) {
  return was_reset(ends.request) || was_reset(ends.response) ||
         (ends.request.ended() && ends.response.ended());
}

bool in_order(const RelayEnds& ends) {
  return ends.request.ended() == Segment::Kind::fin && ends.response.ended() == Segment::Kind::fin;
}

}  // namespace

Task<RelayEnd> relay(RelayEnds ends, PumpTools tools, Duration idle) {
  Task<> request_pump = pump(ends.client, ends.request, ends.request_wakeup, tools);
  Task<> response_pump = pump(ends.upstream, ends.response, ends.response_wakeup, tools);
  request_pump.start();
  response_pump.start();

  Loop& loop = ends.owner.loop();
  std::uint64_t moved = ends.request.bytes() + ends.response.bytes();
  TimePoint deadline = idle == Duration::zero() ? kNever : loop.now() + idle;
  while (!ended(ends)) {
    co_await ends.owner.wait_until(deadline);
    if (deadline == kNever || loop.now() < deadline) continue;
    const std::uint64_t total = ends.request.bytes() + ends.response.bytes();
    if (total == moved) break;
    moved = total;
    deadline = loop.now() + idle;
  }
  if (in_order(ends)) co_return RelayEnd::in_order;
  const RelayEnd end = ended(ends) ? RelayEnd::reset : RelayEnd::timed_out;
  co_await reset_after_flush(ends.client, ends.owner);
  co_await reset_after_flush(ends.upstream, ends.owner);
  co_return end;
}

}  // namespace firedrill
