#pragma once

#include "proxy/session/pump.h"

namespace firedrill {

// Two connections joined: what one receives the other sends. Each pump has a wakeup of its own,
// which is the reader of its source and the producer of its outlet; `owner` is both outlets' owner.
struct RelayEnds {
  Stream& client;
  Stream& upstream;
  Outlet& request;   // into upstream
  Outlet& response;  // into client
  Wakeup& owner;
  Wakeup& request_wakeup;
  Wakeup& response_wakeup;
  // What each direction passes on its way; null for nothing.
  EventRelay* request_events = nullptr;
  EventRelay* response_events = nullptr;
};

enum class RelayEnd : std::uint8_t { in_order, closed, reset, timed_out };

// Relays until both directions have ended, either is closed or reset as a whole, or nothing has
// moved, nor been held back by a fault, for `idle` (zero for no limit). After a reset both sockets
// are closed with RST, each behind the bytes it still had to get; otherwise both peers have been
// sent FIN, and closing the sockets is the caller's.
Task<RelayEnd> relay(RelayEnds ends, PumpTools tools, Duration idle);

}  // namespace firedrill
