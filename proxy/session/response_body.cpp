#include "proxy/session/response_body.h"

#include <array>

namespace firedrill {

ResponseBody::ResponseBody(const http::Framing& framing, BodyForm form,
                           std::unique_ptr<EventRelay> events)
    : reader_(framing), form_(form), events_(std::move(events)) {}

ResponseBody::Fed ResponseBody::feed(ByteView bytes, Outlet& out, TimePoint now) {
  return form_ == BodyForm::as_is ? relay(bytes, out) : decode(bytes, out, now);
}

ResponseBody::Fed ResponseBody::relay(ByteView bytes, Outlet& out) {
  Fed fed;
  while (fed.consumed < bytes.size() && !reader_.ended()) {
    const auto step = reader_.relay(bytes.subspan(fed.consumed));
    out.send(step.forward);
    fed.consumed += step.consumed;
    fed.reason = step.reason;
    if (step.reason != http::Reason::none) break;
  }
  return fed;
}

ResponseBody::Fed ResponseBody::decode(ByteView bytes, Outlet& out, TimePoint now) {
  Fed fed;
  while (fed.consumed < bytes.size() && !reader_.ended()) {
    const auto step = reader_.decode(bytes.subspan(fed.consumed));
    fed.consumed += step.consumed;
    fed.reason = step.reason;
    if (step.reason != http::Reason::none) return fed;
    trailers_.insert(trailers_.end(), step.trailer.begin(), step.trailer.end());
    if (step.payload.empty()) continue;
    if (events_ != nullptr) {
      events_->feed(step.payload, now, sink(out));
    } else {
      send(step.payload, {}, out);
    }
  }
  if (reader_.ended()) end(out);
  return fed;
}

EventRelay::Sink ResponseBody::sink(Outlet& out) {
  return [this, &out](ByteView payload, Hold hold) { send(payload, hold, out); };
}

void ResponseBody::send(ByteView payload, Hold hold, Outlet& out) {
  if (payload.empty()) return;
  if (form_ != BodyForm::chunked) return out.send(payload, hold);
  const http::ChunkHeader header(payload.size());
  const std::array pieces{header.text(), as_text(payload), http::kChunkEnd};
  out.send(pieces, hold);
}

void ResponseBody::end(Outlet& out) {
  if (events_ != nullptr) events_->finish(sink(out));
  if (form_ != BodyForm::chunked) return;
  const std::array pieces{http::kLastChunk, as_text(trailers_), http::kChunkEnd};
  out.send(pieces);
}

bool ResponseBody::close(Outlet& out) {
  if (reader_.ended()) return true;
  if (events_ != nullptr) events_->finish(sink(out));
  if (!reader_.complete_at_close()) return false;
  if (form_ == BodyForm::chunked) end(out);
  return true;
}

void ResponseBody::refresh(const ActiveRules& rules, Outlet& out, TimePoint now) {
  if (events_ != nullptr) events_->refresh(rules, now, sink(out));
}

}  // namespace firedrill
