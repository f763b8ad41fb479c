#pragma once

#include "proxy/codec/dns/forge.h"
#include "proxy/core/bytes.h"
#include "proxy/core/time.h"

#include <optional>
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

// About an HTTP request.
struct RequestVerdict {
  Duration request_delay{};   // before it is forwarded
  Duration response_delay{};  // before the response's head is sent

  // The complete response, head and body, that is sent instead of the upstream's; null to forward.
  // The bytes belong to the fault, which the snapshot keeps alive. `head_size` of them are the
  // head, which is all that a HEAD request gets. They are sent as answer.h says.
  struct Answer {
    static constexpr std::size_t kNoDate = std::size_t(-1);

    ByteView bytes;
    std::size_t head_size = 0;
    std::size_t date_offset = kNoDate;  // where the head wants the time of sending
    int status = 0;
    bool reach_upstream = false;  // forward the request as well, and throw its response away
    // The form to send when the connection will close after it; null when this form says so
    // already, and then it must close.
    const Answer* closing = nullptr;
  };
  const Answer* answer = nullptr;
};

// About a DNS query.
struct QueryVerdict {
  enum class Action : std::uint8_t { forward, reply, drop };
  Action action = Action::forward;
  Duration delay{};  // before it is forwarded or answered
  std::optional<dns::Reply> reply =
      {};  // for Action::reply; what it points to belongs to the fault
};

// Whether a fault could be done to what it was asked to change: a value can't change its type where
// there is none.
enum class Applied : std::uint8_t { yes, no };

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
