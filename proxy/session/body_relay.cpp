#include "proxy/session/body_relay.h"

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill {

BodyRelay::BodyRelay(const http::Framing& framing, BodyForm form, BodyWork work)
    : reader_(framing), form_(form), work_(std::move(work)) {}

BodyRelay::Fed BodyRelay::feed(ByteView bytes, Outlet& out, TimePoint now) {
  return form_ == BodyForm::as_is ? relay(bytes, out) : decode(bytes, out, now);
}

BodyRelay::Fed BodyRelay::relay(ByteView bytes, Outlet& out) {
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

BodyRelay::Fed BodyRelay::discard(ByteView bytes) {
  Fed fed;
  while (fed.consumed < bytes.size() && !reader_.ended() && fed.reason == http::Reason::none) {
    const auto step = reader_.relay(bytes.subspan(fed.consumed));
    fed.consumed += step.consumed;
    fed.reason = step.reason;
  }
  return fed;
}

BodyRelay::Fed BodyRelay::decode(ByteView bytes, Outlet& out, TimePoint now) {
  Fed fed;
  out_ = &out;
  now_ = now;
  if (!std::exchange(started_, true)) work_.chain.start(now, *this);
  while (fed.consumed < bytes.size() && !reader_.ended() && !cut()) {
    const auto step = reader_.decode(bytes.subspan(fed.consumed));
    fed.consumed += step.consumed;
    fed.reason = step.reason;
    if (step.reason != http::Reason::none) return fed;
    work_.trailers.insert(work_.trailers.end(), step.trailer.begin(), step.trailer.end());
    if (!step.payload.empty()) work_.chain.feed(step.payload, now, *this);
  }
  if (reader_.ended()) finish(out, now);
  return fed;
}

void BodyRelay::finish(Outlet& out, TimePoint now) {
  out_ = &out;
  now_ = now;
  work_.chain.finish(now, *this);
}

void BodyRelay::payload(ByteView bytes, const Hold& hold) {
  if (work_.events == nullptr) return send(bytes, hold);
  const TimePoint arrival = std::max(now_, hold.due);
  work_.events->advance(arrival, event_sink({}));
  work_.events->feed(bytes, arrival, event_sink(hold));
  take_cut();
}

// A fault of the stream may have ended the message.
void BodyRelay::take_cut() {
  if (work_.events != nullptr && work_.events->cut()) end(*work_.events->cut());
}

void BodyRelay::raw(ByteView bytes, const Hold& hold) {
  out_->send(bytes, hold);
}

void BodyRelay::end(BodyEnd end) {
  if (end_) return;
  end_ = end;
  if (work_.events != nullptr) {
    work_.events->finish(now_, event_sink({}));
    if (const auto cut = work_.events->cut()) end_ = cut;
  }
  if (end_ != BodyEnd::whole || form_ != BodyForm::chunked) return;
  const std::array pieces{http::kLastChunk, as_text(work_.trailers), http::kChunkEnd};
  out_->send(pieces);
}

// An event goes on when both what it came in and it itself may.
EventRelay::Sink BodyRelay::event_sink(const Hold& hold) {
  return
      [this, hold](ByteView payload, Hold own) { send(payload, own.due >= hold.due ? own : hold); };
}

void BodyRelay::send(ByteView payload, const Hold& hold) {
  if (payload.empty()) return;
  if (form_ != BodyForm::chunked) return out_->send(payload, hold);
  const http::ChunkHeader header(payload.size());
  const std::array pieces{header.text(), as_text(payload), http::kChunkEnd};
  out_->send(pieces, hold);
}

bool BodyRelay::close(Outlet& out, TimePoint now) {
  if (ended()) return true;
  const bool whole = reader_.complete_at_close();
  if (form_ == BodyForm::as_is) return whole;
  if (whole) {
    finish(out, now);
  } else if (work_.events != nullptr) {
    out_ = &out;
    now_ = now;
    work_.events->finish(now, event_sink({}));
  }
  return whole;
}

void BodyRelay::refresh(const ActiveRules& rules, Outlet& out, TimePoint now) {
  out_ = &out;
  now_ = now;
  if (!work_.chain.empty()) {
    std::vector<std::uint64_t> active;
    for (const RulePtr& rule : rules.request.rules()) {
      if (rule->acts(now)) active.push_back(rule->key);
    }
    work_.chain.release_holds(active);
  }
  if (work_.events == nullptr) return;
  work_.events->refresh(rules, now, event_sink({}));
  take_cut();
}

void BodyRelay::advance(Outlet& out, TimePoint now) {
  if (work_.events == nullptr || end_) return;
  out_ = &out;
  now_ = now;
  work_.events->advance(now, event_sink({}));
  take_cut();
}

TimePoint BodyRelay::next_due() const {
  return work_.events == nullptr ? kNever : work_.events->next_due();
}

bool BodyRelay::accepts() const {
  return work_.events == nullptr || work_.events->accepts();
}

bool BodyRelay::holds() const {
  return work_.events != nullptr && work_.events->holds();
}

bool BodyRelay::stuck() const {
  return work_.events != nullptr && work_.events->stuck();
}

}  // namespace firedrill
