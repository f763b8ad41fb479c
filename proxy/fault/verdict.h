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

// About an event of a stream. A fault that edits it edits what those before it have made of it; an
// event that is dropped is gone, however it was edited.
struct EventVerdict {
  bool dropped = false;
  unsigned copies = 1;  // how often it is sent when it is not dropped
  Duration delay{};     // before it and what is behind it go on
  bool edited = false;
  std::string payload = {};              // instead of the event's own, when edited
  std::vector<std::string> before = {};  // payloads of events put ahead of it
  std::vector<std::string> after = {};   // and behind it
};

}  // namespace firedrill
