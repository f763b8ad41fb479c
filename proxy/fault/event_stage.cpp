#include "proxy/fault/event_stage.h"

#include <boost/assert.hpp>

#include <algorithm>
#include <utility>

namespace firedrill {

void EventStage::on_alarm(TimePoint, const EventNext&) {}
void EventStage::on_end(TimePoint, const EventNext&) {}
void EventStage::on_removal(const EventNext&) {}

void EventNext::operator()(const Parcel& parcel) const {
  line_.enter(parcel, place_ + 1, now_);
}

void EventNext::end(BodyEnd how) const {
  line_.end(place_ + 1, how, now_);
}

std::optional<std::uint64_t> EventLine::find(const Owner& owner) const {
  const auto found = std::ranges::find(stages_, owner, &Stage::owner);
  return found == stages_.end() ? std::nullopt : std::optional(found->number);
}

std::uint64_t EventLine::add(const Owner& owner, std::unique_ptr<EventStage> stage,
                             const std::vector<std::uint64_t>& ahead) {
  auto place = stages_.end();
  while (place != stages_.begin()) {
    const std::uint64_t before = std::prev(place)->owner.rule;
    if (before == owner.rule || std::ranges::find(ahead, before) != ahead.end()) break;
    --place;
  }
  stages_.insert(place, {owner, ++numbers_, std::move(stage)});
  return numbers_;
}

// From the exit backwards: what stands behind is older, and goes first.
void EventLine::keep(const std::vector<std::uint64_t>& rules, TimePoint now, EventSink& out) {
  advance(now, out);
  for (std::size_t i = stages_.size(); i-- > 0;) {
    if (std::ranges::find(rules, stages_[i].owner.rule) != rules.end()) continue;
    stages_[i].stage->on_removal(EventNext(*this, i, now));
    stages_.erase(stages_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void EventLine::drop_idle(const Owner& owner) {
  std::erase_if(stages_, [&](const Stage& stage) {
    return stage.owner.rule == owner.rule && stage.owner.spec != owner.spec &&
           stage.stage->load().events == 0;
  });
}

void EventLine::feed(const Parcel& parcel, TimePoint now, EventSink& out) {
  advance(now, out);
  enter(parcel, 0, now);
}

void EventLine::advance(TimePoint now, EventSink& out) {
  out_ = &out;
  run_alarms(0, now);
}

void EventLine::finish(TimePoint now, EventSink& out) {
  advance(now, out);
  drain(0, now);
}

void EventLine::enter(const Parcel& parcel, std::size_t place, TimePoint now) {
  if (ended_) return;
  if (place == stages_.size()) return out_->bytes(parcel.bytes, hold_);
  using enum EventStage::Chosen;
  const Stage& stage = stages_[place];
  const bool chosen =
      parcel.hits != nullptr &&
      std::ranges::find(parcel.hits->stages, stage.number) != parcel.hits->stages.end();
  stage.stage->on_parcel(parcel, chosen ? yes : no, now, EventNext(*this, place, now));
}

void EventLine::end(std::size_t place, BodyEnd how, TimePoint now) {
  if (ended_) return;
  drain(place, now);
  ended_ = true;
  out_->end(how);
}

// Of stages with the same moment the last goes first: what it holds is older.
std::size_t EventLine::next_stage(std::size_t from) const {
  std::size_t next = stages_.size();
  TimePoint due = kNever;
  for (std::size_t i = stages_.size(); i-- > from;) {
    const TimePoint alarm = stages_[i].stage->alarm();
    if (alarm >= due) continue;
    due = alarm;
    next = i;
  }
  return next;
}

void EventLine::run_alarms(std::size_t from, TimePoint until) {
  const Hold outer = hold_;
  for (std::size_t i = next_stage(from); i < stages_.size() && !ended_; i = next_stage(from)) {
    EventStage& stage = *stages_[i].stage;
    const TimePoint due = stage.alarm();
    if (due > until) break;
    hold_ = {.due = std::max(due, outer.due), .key = stages_[i].owner.rule};
    stage.on_alarm(due, EventNext(*this, i, due));
    BOOST_ASSERT(stage.alarm() > due);
  }
  hold_ = outer;
}

// Plays the rest of the time out at once; what no moment would let go of is held for good.
void EventLine::drain(std::size_t from, TimePoint now) {
  for (std::size_t i = from; i < stages_.size(); ++i) {
    stages_[i].stage->on_end(now, EventNext(*this, i, now));
  }
  run_alarms(from, kNever);
  const Hold outer = hold_;
  for (std::size_t i = stages_.size(); i-- > from;) {
    hold_ = {.due = kNever, .key = stages_[i].owner.rule};
    stages_[i].stage->on_removal(EventNext(*this, i, kNever));
    stages_.pop_back();
  }
  hold_ = outer;
}

TimePoint EventLine::next_due() const {
  const std::size_t next = next_stage(0);
  return next == stages_.size() ? kNever : stages_[next].stage->alarm();
}

Load EventLine::load() const {
  Load load;
  for (const Stage& stage : stages_) load += stage.stage->load();
  return load;
}

bool EventLine::accepts() const {
  return load().within(bounds_) &&
         std::ranges::none_of(stages_, [](const Stage& stage) { return stage.stage->pauses(); });
}

}  // namespace firedrill
