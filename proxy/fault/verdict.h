#pragma once

#include "proxy/core/bytes.h"
#include "proxy/core/time.h"
#include "proxy/fault/dns_verdict.h"
#include "proxy/fault/http_verdict.h"

#include <string>
#include <vector>

namespace firedrill {

// Verdicts gather what the faults that hit one thing decided about it. Delays add up; a terminal
// decision is taken once, by the first that asks, and rules are asked in order of priority.

// About a connection that has been accepted.
struct AcceptVerdict {
  enum class Action : std::uint8_t { serve, queue, close, reset };
  Action action = Action::serve;
  Duration delay{};  // before it is served

  // Does not serve it (now), unless something else has been decided already.
  void refuse_with(Action how) {
    if (action == Action::serve) action = how;
  }
};

// An event that a fault makes up. It has no id, so that where a consumer would resume stays as it
// was.
struct MadeEvent {
  std::string payload;
  std::string type = {};  // that of the event beside it when empty
  bool operator==(const MadeEvent&) const = default;
};

// About an event of a stream: what it is to be when it goes on. A fault that edits it edits what
// those before have made of it; an event that is dropped is gone, however it was edited. In which
// order and when events go on is decided by stages (see event_stage.h).
struct EventVerdict {
  bool dropped = false;
  bool edited = false;
  std::string payload = {};            // instead of the event's own, when edited
  std::string type = {};               // likewise, unless empty
  std::string broken = {};             // how its framing is broken, see Codec::break_framing()
  std::vector<MadeEvent> before = {};  // put ahead of it
  std::vector<MadeEvent> after = {};   // and behind it
  unsigned copies = 0;                 // how many times more it comes, of an event of a group
};

}  // namespace firedrill
