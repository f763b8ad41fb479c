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
                         Counters& counters, HitNotes& hits)
    : request_(std::move(request), on(Direction::request, origin), counters, hits),
      response_(std::move(response), on(Direction::response, origin), counters, hits) {}

void EventRelays::refresh(const ActiveRules& rules, Outlet& request, Outlet& response,
                          TimePoint now) {
  request_.refresh(rules, now, into(request));
  response_.refresh(rules, now, into(response));
  // They may take more again, or have ended the connection.
  request.wake_producer();
  response.wake_producer();
}

}  // namespace firedrill
