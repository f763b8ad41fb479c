#pragma once

#include "proxy/session/event_relay.h"
#include "proxy/session/outlet.h"

#include <memory>

namespace firedrill {

// The events of both directions of one connection.
class EventRelays {
 public:
  // Each direction has a codec of its own; `origin` is that of both but for its side.
  EventRelays(std::unique_ptr<event::Codec> request, std::unique_ptr<event::Codec> response,
              const StreamOrigin& origin, Counters& counters, HitNotes& hits);

  EventRelay& request() { return request_; }
  EventRelay& response() { return response_; }

  // The active rules have changed.
  void refresh(const ActiveRules& rules, Outlet& request, Outlet& response, TimePoint now);

 private:
  EventRelay request_;  // outlives the other, whose codec may look at its own
  EventRelay response_;
};

}  // namespace firedrill
