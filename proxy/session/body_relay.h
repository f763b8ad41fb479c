#pragma once

#include "proxy/codec/http/body.h"
#include "proxy/fault/body_stage.h"
#include "proxy/session/event_relay.h"
#include "proxy/session/outlet.h"

#include <optional>

namespace firedrill {

// How a body is sent on: as it came, framing and all, or as payload in a framing of ours.
enum class BodyForm : std::uint8_t {
  as_is,
  chunked,      // chunks of our own: for payload of which nobody knows how long it will be
  length,       // as long as the head says
  until_close,  // no framing: for an HTTP/1.0 client
};

// What the payload passes on its way, in this order; a body that goes on as_is has none of it.
struct BodyWork {
  BodyChain chain = {};
  std::unique_ptr<EventRelay> events = {};
  Bytes trailers = {};  // for the end of a body of which only the payload is fed
};

// Relays the body of one message from the bytes of the peer that sends it into the other's outlet.
class BodyRelay final : private BodySink {
 public:
  BodyRelay(const http::Framing& framing, BodyForm form, BodyWork work = {});

  struct Fed {
    std::size_t consumed = 0;
    http::Reason reason = http::Reason::none;  // not none: the body is broken, and lost
  };
  // Consumes bytes up to the end of the body.
  Fed feed(ByteView bytes, Outlet& out, TimePoint now);
  // The same, for nobody.
  Fed discard(ByteView bytes);

  // Nothing more is to be read: the body has come to its end, or a stage has ended it before.
  bool ended() const { return reader_.ended() || end_.has_value(); }
  // Whether the sender's whole body has been read, so that what it sends next is another message.
  bool exhausted() const { return reader_.ended(); }
  // How a stage has ended the message in its middle, if one has: the connection goes with it.
  std::optional<BodyEnd> cut() const {
    return end_ && *end_ != BodyEnd::whole ? end_ : std::nullopt;
  }
  // Whether the receiver can tell a cut body from a whole one.
  bool framed() const { return form_ != BodyForm::until_close || reader_.complete_at_close(); }
  // The sender has closed: whether the body is whole now. Sends what is left of it.
  bool close(Outlet& out, TimePoint now);

  // The active rules have changed.
  void refresh(const ActiveRules& rules, Outlet& out, TimePoint now);

  // Sends what the stages of its events have held until now; to be called at next_due().
  void advance(Outlet& out, TimePoint now);
  TimePoint next_due() const;
  // Whether more may be fed.
  bool accepts() const;
  // Whether events are held, and whether nothing but the end of a fault will let them go.
  bool holds() const;
  bool stuck() const;

 private:
  Fed relay(ByteView bytes, Outlet& out);
  Fed decode(ByteView bytes, Outlet& out, TimePoint now);
  void finish(Outlet& out, TimePoint now);
  void take_cut();
  void send(ByteView payload, const Hold& hold);
  EventRelay::Sink event_sink(const Hold& hold);

  // The end of the chain: what has passed the stages.
  void payload(ByteView bytes, const Hold& hold) override;
  void raw(ByteView bytes, const Hold& hold) override;
  void end(BodyEnd end) override;

  http::BodyReader reader_;
  BodyForm form_;
  BodyWork work_;
  std::optional<BodyEnd> end_;
  bool started_ = false;
  // For the time of a call.
  Outlet* out_ = nullptr;
  TimePoint now_ = {};
};

}  // namespace firedrill
