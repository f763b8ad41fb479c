#include "proxy/session/relay.h"

#include "proxy/session/linger.h"

#include <algorithm>

namespace firedrill {
namespace {

// What ends the whole connection, if anything has. A failed write says that a peer has reset; what
// that peer sent before may still be on its way to the other, so that only the end of the reading
// side counts.
std::optional<Segment::Kind> cut(const RelayEnds& ends) {
  return std::max(ends.request.cut(), ends.response.cut());
}

bool ended(const RelayEnds& ends) {
  return cut(ends) || (ends.request.ended() && ends.response.ended());
}

bool in_order(const RelayEnds& ends) {
  return ends.request.ended() == Segment::Kind::fin && ends.response.ended() == Segment::Kind::fin;
}

// Whether the silence is that of a fault, which has yet to let go of what a peer has sent.
bool is_held(const RelayEnds& ends) {
  const auto holds = [](const Outlet& out, const EventRelay* events) {
    return out.holds() || out.kept_by_stage() || (events != nullptr && events->holds());
  };
  return holds(ends.request, ends.request_events) || holds(ends.response, ends.response_events);
}

// FIN to both sides at once; what was still on its way through here is lost.
Task<> close_both(RelayEnds ends, PumpTools tools) {
  ends.request.cut(Segment::Kind::close);
  ends.response.cut(Segment::Kind::close);
  ends.client.set_reader(&ends.owner);
  ends.upstream.set_reader(&ends.owner);
  co_await read_to_end(ends.client, tools.scratch, ends.owner);
  co_await read_to_end(ends.upstream, tools.scratch, ends.owner);
}

}  // namespace

Task<RelayEnd> relay(RelayEnds ends, PumpTools tools, Duration idle) {
  Task<> request_pump =
      pump(ends.client, ends.request, ends.request_wakeup, tools, ends.request_events);
  Task<> response_pump =
      pump(ends.upstream, ends.response, ends.response_wakeup, tools, ends.response_events);
  request_pump.start();
  response_pump.start();

  Loop& loop = ends.owner.loop();
  std::uint64_t moved = ends.request.bytes() + ends.response.bytes();
  TimePoint deadline = idle == Duration::zero() ? kNever : loop.now() + idle;
  while (!ended(ends)) {
    co_await ends.owner.wait_until(deadline);
    if (deadline == kNever || loop.now() < deadline) continue;
    const std::uint64_t total = ends.request.bytes() + ends.response.bytes();
    if (total == moved && !is_held(ends)) break;
    moved = total;
    deadline = loop.now() + idle;
  }
  if (in_order(ends)) co_return RelayEnd::in_order;
  if (cut(ends) == Segment::Kind::close) {
    request_pump = {};
    response_pump = {};
    co_await close_both(ends, tools);
    co_return RelayEnd::closed;
  }
  const RelayEnd end = ended(ends) ? RelayEnd::reset : RelayEnd::timed_out;
  co_await reset_after_flush(ends.client, ends.owner);
  co_await reset_after_flush(ends.upstream, ends.owner);
  co_return end;
}

}  // namespace firedrill
