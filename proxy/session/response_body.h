#pragma once

#include "proxy/codec/http/body.h"
#include "proxy/session/event_relay.h"
#include "proxy/session/outlet.h"

#include <optional>

namespace firedrill {

// How a response's body is sent on: as it came, framing and all, or as payload in a framing of
// ours.
enum class BodyForm : std::uint8_t {
  as_is,
  chunked,      // chunks of our own: for event streams, whose events may change
  until_close,  // no framing: for an HTTP/1.0 client
};

// Relays one response body from the upstream's bytes into the client's outlet.
class ResponseBody {
 public:
  // With `events` the payload passes through it; a body that goes on as_is has none.
  ResponseBody(const http::Framing& framing, BodyForm form, std::unique_ptr<EventRelay> events);

  struct Fed {
    std::size_t consumed = 0;
    http::Reason reason = http::Reason::none;  // not none: the body is broken, and lost
  };
  // Consumes bytes up to the end of the body.
  Fed feed(ByteView bytes, Outlet& out, TimePoint now);

  bool ended() const { return reader_.ended(); }
  // Whether the client can tell a cut body from a whole one.
  bool framed() const { return form_ != BodyForm::until_close || reader_.complete_at_close(); }
  // The upstream has closed: whether the body is whole now. Sends what is left of it.
  bool close(Outlet& out);

  // The active rules have changed.
  void refresh(const ActiveRules& rules, Outlet& out, TimePoint now);

 private:
  Fed relay(ByteView bytes, Outlet& out);
  Fed decode(ByteView bytes, Outlet& out, TimePoint now);
  void send(ByteView payload, Hold hold, Outlet& out);
  void end(Outlet& out);
  EventRelay::Sink sink(Outlet& out);

  http::BodyReader reader_;
  BodyForm form_;
  std::unique_ptr<EventRelay> events_;
  Bytes trailers_;
};

}  // namespace firedrill
