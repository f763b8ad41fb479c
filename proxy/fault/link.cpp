#include "proxy/fault/link.h"

#include <boost/assert.hpp>

#include <algorithm>
#include <utility>

namespace firedrill {

void LinkStage::on_alarm(TimePoint, const Next&) {}

void Next::operator()(Segment segment) const { link_.hold(std::move(segment), stage_); }

void Link::on_data(ByteView bytes, TimePoint now, Hold hold) {
  BOOST_ASSERT(!input_ended_);
  now_ = now;
  Segment segment{.kind = Segment::Kind::data, .bytes = Bytes(bytes.begin(), bytes.end()), .due = now};
  ++segments_;
  queued_bytes_ += bytes.size();
  if (entry_.empty() && hold.due <= now) return enter(std::move(segment), 0);
  segment.due = std::max({hold.due, now, entry_.empty() ? now : entry_.back().segment.due});
  entry_.push_back({std::move(segment), hold.key});
}

void Link::on_end(Segment::Kind kind, TimePoint now) {
  BOOST_ASSERT(!input_ended_);
  now_ = now;
  input_ended_ = true;
  ++segments_;
  Segment segment{.kind = kind, .due = now};
  if (entry_.empty()) return enter(std::move(segment), 0);
  segment.due = entry_.back().segment.due;
  entry_.push_back({std::move(segment), entry_.back().key});
}

// A segment arrives at `stage`; its due time is the moment of arrival.
void Link::enter(Segment segment, std::size_t stage) {
  if (stage == stages_.size()) return leave(std::move(segment));
  // The stage counts anew what it hands on: none, one or many.
  --segments_;
  queued_bytes_ -= segment.bytes.size();
  stages_[stage].stage->on_segment(std::move(segment), Next(*this, stage));
}

// `stage` has handed the segment on: it leaves there when it is due.
void Link::hold(Segment segment, std::size_t stage) {
  ++segments_;
  queued_bytes_ += segment.bytes.size();
  auto& held = stages_[stage].held;
  if (!held.empty()) segment.due = std::max(segment.due, held.back().due);
  if (held.empty() && segment.due <= now_) return enter(std::move(segment), stage + 1);
  held.push_back(std::move(segment));
}

void Link::leave(Segment segment) {
  exit_.push_back(std::move(segment));
}

void Link::advance(TimePoint now) {
  now_ = now;
  while (!entry_.empty() && entry_.front().segment.due <= now) {
    Segment segment = std::move(entry_.front().segment);
    entry_.pop_front();
    enter(std::move(segment), 0);
  }
  // Downstream stages last: what an earlier one lets go of now may pass them in the same call.
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    auto& running = stages_[i];
    for (TimePoint alarm = running.stage->alarm(); alarm <= now; alarm = running.stage->alarm()) {
      running.stage->on_alarm(alarm, Next(*this, i));
    }
    while (!running.held.empty() && running.held.front().due <= now) {
      Segment segment = std::move(running.held.front());
      running.held.pop_front();
      enter(std::move(segment), i + 1);
    }
  }
}

void Link::set_stages(std::vector<StagePlan> plans, TimePoint now) {
  now_ = now;
  // From the exit backwards, so that nothing overtakes: a stage that goes away is taken out first, and
  // what it held moves on to whatever stands behind it then.
  for (std::size_t i = stages_.size(); i-- > 0;) {
    const auto keeps = [&](const StagePlan& plan) {
      return plan.key == stages_[i].key && plan.stage == nullptr;
    };
    if (std::ranges::any_of(plans, keeps)) continue;
    auto held = std::move(stages_[i].held);
    stages_.erase(stages_.begin() + static_cast<std::ptrdiff_t>(i));
    for (Segment& segment : held) {
      segment.due = std::min(segment.due, now);
      enter(std::move(segment), i);
    }
  }
  std::vector<Running> next;
  next.reserve(plans.size());
  for (StagePlan& plan : plans) {
    if (plan.stage != nullptr) {
      next.push_back({plan.key, std::move(plan.stage)});
      continue;
    }
    const auto running = std::ranges::find(stages_, plan.key, &Running::key);
    BOOST_ASSERT(running != stages_.end());
    next.push_back(std::move(*running));
  }
  stages_ = std::move(next);
  advance(now);
}

bool Link::has_stage(std::uint64_t key) const {
  return std::ranges::find(stages_, key, &Running::key) != stages_.end();
}

void Link::release_holds(const std::vector<std::uint64_t>& active, TimePoint now) {
  TimePoint latest{};
  for (Held& held : entry_) {
    if (std::ranges::find(active, held.key) == active.end()) held.segment.due = std::min(held.segment.due, now);
    // Order is kept: what stands behind a hold that goes on waits with it.
    held.segment.due = latest = std::max(latest, held.segment.due);
  }
  advance(now);
}

ByteView Link::ready() const {
  if (exit_.empty() || exit_.front().kind != Segment::Kind::data) return {};
  return ByteView(exit_.front().bytes).subspan(offset_);
}

void Link::consume(std::size_t count) {
  BOOST_ASSERT(!exit_.empty());
  BOOST_ASSERT(offset_ + count <= exit_.front().bytes.size());
  offset_ += count;
  if (offset_ < exit_.front().bytes.size()) return;
  queued_bytes_ -= offset_;
  --segments_;
  exit_.pop_front();
  offset_ = 0;
}

std::optional<Segment::Kind> Link::ending() const {
  if (exit_.empty() || exit_.front().kind == Segment::Kind::data) return std::nullopt;
  return exit_.front().kind;
}

TimePoint Link::next_due() const {
  TimePoint due = entry_.empty() ? kNever : entry_.front().segment.due;
  for (const Running& running : stages_) {
    if (!running.held.empty()) due = std::min(due, running.held.front().due);
    due = std::min(due, running.stage->alarm());
  }
  return due;
}

}  // namespace firedrill
