#include "proxy/session/event_relay.h"

#include "proxy/codec/http/head.h"

#include <algorithm>

namespace firedrill {

EventRelay::EventRelay(std::string_view codec, const Peer& peer, std::string request, Counters& counters)
    : counters_(counters), codec_(event::make_codec(codec)), peer_(peer), request_(std::move(request)) {}

void EventRelay::refresh(const ActiveRules& rules, TimePoint now, const Sink& sink) {
  rules_.clear();
  if (!rules.event.empty()) {
    http::RequestScanner scanner;
    if (scanner.scan(as_bytes(request_)).complete()) {
      for (const RulePtr& rule : rules.event) {
        if (now < rule->deadline && rule->match.accepts(peer_, scanner.head())) rules_.push_back(rule);
      }
    }
  }
  if (rules_.empty() && !unsent_.empty()) {
    sink(unsent_, {});
    sent_ += unsent_.size();
    unsent_.clear();
  }
}

void EventRelay::feed(ByteView payload, TimePoint now, const Sink& sink) {
  const bool transparent = rules_.empty();
  if (transparent) sink(payload, {});
  held_ += payload.size();
  if (transparent) sent_ = held_;
  codec_->feed(payload);
  while (const auto piece = codec_->next()) pass(*piece, now, sink);
  if (transparent) sent_ = held_;
  take_unsent(payload);
  counters_.stream_opaque_events += codec_->oversized() - oversized_;
  oversized_ = codec_->oversized();
}

// Keeps a copy of what the codec holds and has not gone on: the last bytes of what was fed.
void EventRelay::take_unsent(ByteView payload) {
  const auto count = static_cast<std::size_t>(held_ - std::min(sent_, held_));
  if (count == 0) return unsent_.clear();
  unsent_.insert(unsent_.end(), payload.begin(), payload.end());
  unsent_.erase(unsent_.begin(), unsent_.end() - static_cast<std::ptrdiff_t>(std::min(count, unsent_.size())));
}

void EventRelay::pass(const event::Piece& piece, TimePoint now, const Sink& sink) {
  const ByteView raw = event::raw_of(piece);
  const auto* event = std::get_if<event::Event>(&piece);
  if (event != nullptr) {
    ++counters_.stream_events;
    counters_.stream_last_event = std::chrono::duration_cast<std::chrono::nanoseconds>(
                                      std::chrono::system_clock::now().time_since_epoch())
                                      .count();
  }
  held_ -= raw.size();
  // An event that has begun to go on can't be changed any more.
  const std::uint64_t before = std::min<std::uint64_t>(sent_, raw.size());
  sent_ -= before;
  if (before == raw.size()) return;
  if (before > 0 || event == nullptr) return sink(raw.subspan(static_cast<std::size_t>(before)), {});
  decide(*event, now, sink);
}

void EventRelay::decide(const event::Event& event, TimePoint now, const Sink& sink) {
  EventVerdict verdict;
  Hold hold;
  const std::uint64_t identity = event::identity(event);
  for (const RulePtr& rule : rules_) {
    if (now >= rule->deadline || !rule->match.accepts(event) || !rule->admits_event(identity, now)) continue;
    Rng rng = rule->rng(identity);
    const Duration before = verdict.delay;
    rule->spec->on_event(event, verdict, rng);
    if (verdict.delay != before) hold = {.due = now + verdict.delay, .key = rule->key};
  }
  const auto made = [&](const std::string& payload) {
    return codec_->encode_new({.payload = payload, .type = event.type, .id = event.id}, event);
  };
  for (const std::string& payload : verdict.before) sink(made(payload), hold);
  if (!verdict.dropped) {
    const Bytes edited = verdict.edited ? codec_->encode(event, verdict.payload) : Bytes{};
    const ByteView bytes = verdict.edited ? ByteView(edited) : event.raw;
    for (unsigned copy = 0; copy < verdict.copies; ++copy) sink(bytes, hold);
  }
  for (const std::string& payload : verdict.after) sink(made(payload), hold);
}

void EventRelay::finish(const Sink& sink) {
  if (!unsent_.empty()) sink(unsent_, {});
  unsent_.clear();
}

}  // namespace firedrill
