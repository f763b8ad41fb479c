#include "proxy/session/event_relays.h"

#include <utility>

namespace firedrill {
namespace {

StreamOrigin on(Direction side, StreamOrigin origin) {
  origin.side = side;
  return origin;
}

EventRelay::Sink into(Outlet& outlet) {
  return [&outlet](ByteView bytes, Hold hold) { outlet.send(bytes, hold); };
}

}  // namespace

EventRelays::EventRelays(std::unique_ptr<event::Codec> request,
                         std::unique_ptr<event::Codec> response, const StreamOrigin& origin,
                         Counters& counters)
    : request_(std::move(request), on(Direction::request, origin), counters),
      response_(std::move(response), on(Direction::response, origin), counters) {}

void EventRelays::refresh(const ActiveRules& rules, Outlet& request, Outlet& response,
                          TimePoint now) {
  request_.refresh(rules, now, into(request));
  response_.refresh(rules, now, into(response));
}

}  // namespace firedrill
