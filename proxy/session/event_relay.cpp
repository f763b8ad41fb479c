#include "proxy/session/event_relay.h"

#include "proxy/codec/http/head.h"

#include <boost/assert.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace firedrill {
namespace {

std::int64_t wall_clock() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

// Whether the verdict keeps the event as it came.
bool keeps(const EventVerdict& verdict) {
  return !verdict.edited && verdict.type.empty() && verdict.broken.empty();
}

// Whether an event of a group does not go on as it came, and alone.
bool changes(const EventVerdict& verdict) {
  return verdict.dropped || !keeps(verdict) || verdict.copies > 0 || !verdict.before.empty() ||
         !verdict.after.empty();
}

std::size_t size_of(const event::Outcome& outcome) {
  std::size_t size = 0;
  for (const Bytes& image : outcome) size += image.size();
  return size;
}

std::size_t events_in(const event::Piece& piece) {
  if (const auto* group = std::get_if<event::Group>(&piece)) return group->events.size();
  return std::holds_alternative<event::Event>(piece) ? 1 : 0;
}

}  // namespace

// The end of the line.
class EventRelay::Exit final : public EventSink {
 public:
  Exit(EventRelay& relay, const Sink& sink) : relay_(relay), sink_(sink) {}

  void bytes(ByteView bytes, const Hold& hold) override { sink_(bytes, hold); }
  void end(BodyEnd how) override { relay_.cut_ = how; }

 private:
  EventRelay& relay_;
  const Sink& sink_;
};

EventRelay::EventRelay(std::string_view codec, StreamOrigin origin, Counters& counters,
                       HitNotes& hits)
    : EventRelay(event::make_codec(codec), std::move(origin), counters, hits) {}

EventRelay::EventRelay(std::unique_ptr<event::Codec> codec, StreamOrigin origin, Counters& counters,
                       HitNotes& hits)
    : counters_(counters),
      hits_(hits),
      codec_(std::move(codec)),
      origin_(std::move(origin)),
      line_(origin_.bounds) {}

void EventRelay::refresh(const ActiveRules& rules, TimePoint now, const Sink& sink) {
  if (only_counts_) return;
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
  keep_stages(now, sink);
  add_stages();
  if (!cut_ && !in_pieces()) send_held(sink);
}

void EventRelay::only_count() {
  BOOST_ASSERT(!in_pieces());
  only_counts_ = true;
}

bool EventRelay::accepts(const Rule& rule, const http::RequestHead* head) const {
  if (head != nullptr) return rule.match.accepts(origin_.peer, *head);
  return !rule.match.asks_for_request() && rule.match.accepts(origin_.peer);
}

void EventRelay::keep_stages(TimePoint now, const Sink& sink) {
  if (line_.empty()) return;
  std::vector<std::uint64_t> keys;
  for (const Asking& asking : rules_) keys.push_back(asking.rule->key);
  Exit exit(*this, sink);
  line_.keep(keys, now, exit);
}

// Stages see a stream from here on, and not from their first hit: one may have to know what came
// before that.
void EventRelay::add_stages() {
  for (const auto& [rule, subject] : rules_) {
    if (rule->spec != nullptr && rule->steps.empty()) stage_of(*rule, *rule->spec);
    for (const Variant& variant : rule->variants) stage_of(*rule, *variant.spec);
  }
}

// The stage of that spec, which is made if it has to be; nothing for a fault that needs none. A
// ramp leaves the stages of its earlier steps behind, as soon as they hold nothing.
std::optional<std::uint64_t> EventRelay::stage_of(const Rule& rule, const FaultSpec& spec) {
  const EventLine::Owner owner{.rule = rule.key, .spec = &spec};
  if (const auto number = line_.find(owner)) return number;
  auto stage = spec.make_event_stage({.rng = Rng(rule.seed),
                                      .activated = rule.activated,
                                      .bounds = origin_.bounds,
                                      .codec = *codec_});
  if (stage == nullptr) return std::nullopt;
  if (!rule.steps.empty()) line_.drop_idle(owner);
  std::vector<std::uint64_t> ahead;
  for (const Asking& asking : rules_) {
    if (asking.rule->key == rule.key) break;
    ahead.push_back(asking.rule->key);
  }
  return line_.add(owner, std::move(stage), ahead);
}

void EventRelay::feed(ByteView payload, TimePoint now, const Sink& sink) {
  if (cut_) return;
  if (!in_pieces()) {
    sink(payload, {});
    sent_ += payload.size();
  }
  Exit exit(*this, sink);
  std::uint64_t events = 0;
  codec_->feed(payload);
  while (const auto piece = codec_->next()) {
    events += events_in(*piece);
    pass(*piece, now, exit);
    if (cut_) break;
  }
  count(events);
}

void EventRelay::advance(TimePoint now, const Sink& sink) {
  if (line_.empty()) return;
  Exit exit(*this, sink);
  line_.advance(now, exit);
}

void EventRelay::count(std::uint64_t events) {
  if (events > 0) counters_.stream_last_event = wall_clock();
  counters_.stream_events += events;
  counters_.stream_opaque_events += codec_->oversized() - oversized_;
  oversized_ = codec_->oversized();
  if (codec_->failed() && !std::exchange(failed_, true)) ++counters_.stream_codec_errors;
}

void EventRelay::pass(const event::Piece& piece, TimePoint now, Exit& exit) {
  const ByteView raw = event::raw_of(piece);
  const auto* event = std::get_if<event::Event>(&piece);
  const auto* group = std::get_if<event::Group>(&piece);
  if (group != nullptr && sent_ == 0 && !rules_.empty()) return pass_group(*group, now, exit);
  index_ += events_in(piece);
  const std::size_t before = std::min(sent_, raw.size());
  sent_ -= before;
  if (before == raw.size()) return;
  const auto* rewritten = std::get_if<event::Rewritten>(&piece);
  if (before == 0 && rewritten != nullptr) {
    return line_.feed({.kind = Parcel::Kind::other, .bytes = rewritten->instead}, now, exit);
  }
  // An event that has begun to go on can't be changed any more.
  if (before > 0 || event == nullptr || rules_.empty()) {
    return line_.feed({.kind = Parcel::Kind::other, .bytes = raw.subspan(before)}, now, exit);
  }
  apply(decide(*event, now), *event, now, exit);
}

EventRelay::Decision EventRelay::decide(const event::Event& event, TimePoint now) {
  Decision decision;
  std::optional<std::uint64_t> identity;
  for (const auto& [rule, subject] : rules_) {
    if (!rule->match.accepts(event)) continue;
    if (!identity) identity = event::identity(event);
    Admission admission = rule->admit_event(*identity, now, subject);
    if (!admission) continue;
    Rng rng = rule->rng(*identity, now);
    if (admission.spec->on_event(event, *codec_, decision.verdict, rng) == Applied::no) {
      rule->count_unfit(admission);
      continue;
    }
    decision.rules.push_back(rule.get());
    if (decision.hits == nullptr) decision.hits = std::make_shared<EventHits>();
    if (const auto stage = stage_of(*rule, *admission.spec)) {
      decision.hits->stages.push_back(*stage);
    }
    if (admission.unit) {
      decision.hits->borrowed.push_back(std::make_shared<BudgetUnit>(std::move(admission.unit)));
    }
  }
  return decision;
}

void EventRelay::apply(Decision decision, const event::Event& event, TimePoint now, Exit& exit) {
  const EventVerdict& verdict = decision.verdict;
  // Only what stages draw for an event that they were chosen for asks who it is.
  const std::uint64_t identity = decision.hits == nullptr ? 0 : event::identity(event);
  std::size_t length = 0;
  const auto send = [&](ByteView bytes, std::shared_ptr<const EventHits> hits) {
    length += bytes.size();
    line_.feed({.bytes = bytes, .identity = identity, .hits = std::move(hits)}, now, exit);
  };
  for (const MadeEvent& made : verdict.before) send(made_like(made, event), nullptr);
  if (!verdict.dropped) {
    const Bytes image = keeps(verdict) ? Bytes{} : image_of(verdict, event);
    send(keeps(verdict) ? event.raw : ByteView(image), decision.hits);
  } else if (const Bytes rest = codec_->remainder(event); !rest.empty()) {
    length += rest.size();
    line_.feed({.kind = Parcel::Kind::other, .bytes = rest}, now, exit);
  }
  for (const MadeEvent& made : verdict.after) send(made_like(made, event), nullptr);
  note(decision, event, index_, length);
}

// Its events are judged one by one. What the stages then do, they do to the group.
void EventRelay::pass_group(const event::Group& group, TimePoint now, Exit& exit) {
  Parcel parcel{.kind = Parcel::Kind::group, .bytes = group.raw};
  const auto hits = std::make_shared<EventHits>();
  std::vector<Decision> decisions;
  bool changed = false;
  for (const event::Event& event : group.events) {
    const Decision& decision = decisions.emplace_back(decide(event, now));
    changed = changed || changes(decision.verdict);
    if (decision.hits == nullptr) continue;
    if (parcel.hits == nullptr) parcel.identity = event::identity(event);
    parcel.hits = hits;
    hits->add(*decision.hits);
  }
  std::vector<event::Outcome> outcomes;
  for (std::size_t i = 0; parcel.hits != nullptr && i < decisions.size(); ++i) {
    outcomes.push_back(outcome_of(decisions[i].verdict, group.events[i]));
    note(decisions[i], group.events[i], index_ + 1 + i, size_of(outcomes.back()));
  }
  index_ += group.events.size();
  const Bytes image = changed ? codec_->encode_group(group, outcomes) : Bytes{};
  if (changed) parcel.bytes = image;
  line_.feed(parcel, now, exit);
}

event::Outcome EventRelay::outcome_of(const EventVerdict& verdict,
                                      const event::Event& event) const {
  event::Outcome outcome;
  for (const MadeEvent& made : verdict.before) outcome.push_back(made_like(made, event));
  if (!verdict.dropped)
    outcome.resize(outcome.size() + 1 + verdict.copies, image_of(verdict, event));
  for (const MadeEvent& made : verdict.after) outcome.push_back(made_like(made, event));
  return outcome;
}

void EventRelay::note(const Decision& decision, const event::Event& event, std::uint64_t index,
                      std::size_t length) {
  for (const Rule* rule : decision.rules) {
    hits_.add(*rule, EventHit{.type = brief(event.type),
                              .channel = brief(event.channel),
                              .id = brief(event.id),
                              .index = index,
                              .before = event.raw.size(),
                              .after = length});
  }
}

Bytes EventRelay::made_like(const MadeEvent& made, const event::Event& event) const {
  const std::string_view type = made.type.empty() ? event.type : std::string_view(made.type);
  return codec_->encode_new({.payload = made.payload, .type = type}, event);
}

// The event as the verdict wants it. Framing is broken last, around whatever is inside by then.
Bytes EventRelay::image_of(const EventVerdict& verdict, const event::Event& event) const {
  event::Event edited = event;
  Bytes image(event.raw.begin(), event.raw.end());
  if (verdict.edited) edited.payload = verdict.payload;
  if (!verdict.type.empty()) {
    edited.type = verdict.type;
    image = codec_->remainder(event);
    const Bytes made = codec_->encode_new(
        {.payload = edited.payload, .type = edited.type, .id = edited.id}, event);
    image.insert(image.end(), made.begin(), made.end());
  } else if (verdict.edited) {
    image = codec_->encode(event, verdict.payload);
  }
  if (verdict.broken.empty()) return image;
  edited.raw = image;
  auto broken = codec_->break_framing(edited, verdict.broken);
  return broken ? std::move(*broken) : image;
}

void EventRelay::send_held(const Sink& sink) {
  const ByteView held = codec_->held();
  if (held.size() == sent_) return;
  sink(held.subspan(sent_), {});
  sent_ = held.size();
}

void EventRelay::finish(TimePoint now, const Sink& sink) {
  if (cut_) return;
  Exit exit(*this, sink);
  line_.finish(now, exit);
  if (!cut_) send_held(sink);
}

}  // namespace firedrill
