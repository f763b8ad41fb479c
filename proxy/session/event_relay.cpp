#include "proxy/session/event_relay.h"

#include "proxy/codec/http/head.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace firedrill {
namespace {

std::int64_t wall_clock() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

}  // namespace

EventRelay::EventRelay(std::string_view codec, StreamOrigin origin, Counters& counters)
    : EventRelay(event::make_codec(codec), std::move(origin), counters) {}

EventRelay::EventRelay(std::unique_ptr<event::Codec> codec, StreamOrigin origin, Counters& counters)
    : counters_(counters), codec_(std::move(codec)), origin_(std::move(origin)) {}

void EventRelay::refresh(const ActiveRules& rules, TimePoint now, const Sink& sink) {
  rules_.clear();
  if (!rules.event.empty()) {
    http::RequestScanner scanner;
    const bool opened = scanner.scan(as_bytes(origin_.head)).complete();
    const http::RequestHead* head = opened ? &scanner.head() : nullptr;
    for (const RulePtr& rule : rules.event) {
      if (!rule->acts(now) || !rule->acts_on(origin_.side) || !accepts(*rule, head)) continue;
      rules_.push_back({rule,
                        {.text = subject_of(rule->share, origin_.peer, origin_.request, head),
                         .peer = &origin_.peer,
                         .connection = &counts_}});
    }
  }
  give_back(now);
  if (!in_pieces()) send_held(sink);
}

bool EventRelay::accepts(const Rule& rule, const http::RequestHead* head) const {
  if (head != nullptr) return rule.match.accepts(origin_.peer, *head);
  return !rule.match.asks_for_request() && rule.match.accepts(origin_.peer);
}

// An event whose rule is gone is held no longer either.
void EventRelay::give_back(TimePoint now) {
  if (borrowed_.empty()) return;
  std::erase_if(borrowed_,
                [&](const Borrowed& borrowed) { return rules_.empty() || borrowed.until <= now; });
}

void EventRelay::feed(ByteView payload, TimePoint now, const Sink& sink) {
  if (!in_pieces()) {
    sink(payload, {});
    sent_ += payload.size();
  }
  std::uint64_t events = 0;
  codec_->feed(payload);
  while (const auto piece = codec_->next()) {
    if (std::holds_alternative<event::Event>(*piece)) ++events;
    pass(*piece, now, sink);
  }
  count(events);
}

void EventRelay::count(std::uint64_t events) {
  if (events > 0) counters_.stream_last_event = wall_clock();
  counters_.stream_events += events;
  counters_.stream_opaque_events += codec_->oversized() - oversized_;
  oversized_ = codec_->oversized();
  if (codec_->failed() && !std::exchange(failed_, true)) ++counters_.stream_codec_errors;
}

void EventRelay::pass(const event::Piece& piece, TimePoint now, const Sink& sink) {
  const ByteView raw = event::raw_of(piece);
  const std::size_t before = std::min(sent_, raw.size());
  sent_ -= before;
  if (before == raw.size()) return;
  const auto* rewritten = std::get_if<event::Rewritten>(&piece);
  if (before == 0 && rewritten != nullptr) return sink(rewritten->instead, {});
  // An event that has begun to go on can't be changed any more.
  const auto* event = std::get_if<event::Event>(&piece);
  if (before > 0 || event == nullptr || rules_.empty()) return sink(raw.subspan(before), {});
  apply(decide(*event, now), *event, sink);
}

EventRelay::Decision EventRelay::decide(const event::Event& event, TimePoint now) {
  Decision decision;
  EventVerdict& verdict = decision.verdict;
  Duration longest{};
  const std::uint64_t identity = event::identity(event);
  give_back(now);
  for (const auto& [rule, subject] : rules_) {
    if (!rule->match.accepts(event)) continue;
    Admission admission = rule->admit_event(identity, now, subject);
    if (!admission) continue;
    Rng rng = rule->rng(identity, now);
    const Duration before = verdict.delay;
    if (admission.spec->on_event(event, verdict, rng) == Applied::no) rule->count_unfit(admission);
    const Duration added = verdict.delay - before;
    if (admission.unit) borrowed_.push_back({now + verdict.delay, std::move(admission.unit)});
    // A hold falls with one rule: the one that alone would keep the event longest.
    if (added <= longest) continue;
    longest = added;
    decision.hold.key = rule->key;
  }
  if (verdict.delay > Duration::zero()) decision.hold.due = now + verdict.delay;
  return decision;
}

void EventRelay::apply(const Decision& decision, const event::Event& event, const Sink& sink) {
  const auto& [verdict, hold] = decision;
  // An event that is made up has no id: where the consumer would resume stays as it was.
  const auto make = [&](const std::string& payload) {
    return codec_->encode_new({.payload = payload, .type = event.type}, event);
  };
  for (const std::string& payload : verdict.before) sink(make(payload), hold);
  if (!verdict.dropped) {
    const Bytes edited = verdict.edited ? codec_->encode(event, verdict.payload) : Bytes{};
    const ByteView bytes = verdict.edited ? ByteView(edited) : event.raw;
    for (unsigned copy = 0; copy < verdict.copies; ++copy) sink(bytes, hold);
  } else if (const Bytes rest = codec_->remainder(event); !rest.empty()) {
    sink(rest, hold);
  }
  for (const std::string& payload : verdict.after) sink(make(payload), hold);
}

void EventRelay::send_held(const Sink& sink) {
  const ByteView held = codec_->held();
  if (held.size() == sent_) return;
  sink(held.subspan(sent_), {});
  sent_ = held.size();
}

void EventRelay::finish(const Sink& sink) {
  send_held(sink);
}

}  // namespace firedrill
