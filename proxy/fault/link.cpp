#include "proxy/fault/link.h"

#include <boost/assert.hpp>

#include <algorithm>
#include <utility>

namespace firedrill {

void LinkStage::on_alarm(TimePoint, const Next&) {}
void LinkStage::on_removal(TimePoint, const Next&) {}
void LinkStage::adopt(LinkStage&) {}

void Next::operator()(Segment segment) const {
  link_.hold(std::move(segment), stage_);
}

std::optional<std::size_t> Next::waiting() const {
  const auto& held = link_.stages_[stage_].held;
  if (held.empty()) return std::nullopt;
  return held.front().bytes.size();
}

void Next::release() const {
  link_.release(stage_);
}

void Link::on_data(ByteView bytes, TimePoint now, Hold hold) {
  BOOST_ASSERT(!input_ended_);
  advance(now);
  wait({.kind = Segment::Kind::data, .bytes = Bytes(bytes.begin(), bytes.end())}, hold);
}

void Link::on_end(Segment::Kind kind, TimePoint now) {
  BOOST_ASSERT(!input_ended_);
  advance(now);
  input_ended_ = true;
  wait({.kind = kind}, {});
}

// The input: straight to the first stage, unless it is to be held or something ahead of it is.
void Link::wait(Segment segment, Hold hold) {
  count_in(segment);
  if (entry_.empty() && hold.due <= now_) return enter(std::move(segment), 0);
  hold.due = std::max(hold.due, now_);
  segment.due = entry_.empty() ? hold.due : std::max(hold.due, entry_.back().segment.due);
  entry_.push_back({std::move(segment), hold});
}

// A segment arrives at `stage`; its due time is the moment of arrival.
void Link::enter(Segment segment, std::size_t stage) {
  segment.due = now_;
  if (stage == stages_.size()) return leave(std::move(segment));
  // What the stage hands on is counted anew: none, one or many.
  count_out(segment);
  stages_[stage].stage->on_segment(std::move(segment), Next(*this, stage));
}

// `stage` has handed the segment on: it leaves there when it is due.
void Link::hold(Segment segment, std::size_t stage) {
  count_in(segment);
  auto& held = stages_[stage].held;
  if (!held.empty()) segment.due = std::max(segment.due, held.back().due);
  if (held.empty() && segment.due <= now_) return enter(std::move(segment), stage + 1);
  held.push_back(std::move(segment));
}

// The first that `stage` holds leaves there now.
void Link::release(std::size_t stage) {
  auto& held = stages_[stage].held;
  if (held.empty()) return;
  Segment segment = std::move(held.front());
  held.pop_front();
  enter(std::move(segment), stage + 1);
}

void Link::leave(Segment segment) {
  using Kind = Segment::Kind;
  const bool ended = !exit_.empty() && exit_.back().kind != Kind::data;
  if (ended) exit_.back().kind = std::max(exit_.back().kind, segment.kind);
  // An empty segment would look like nothing to write and never be consumed.
  const bool says_nothing = segment.kind == Kind::data && segment.bytes.empty();
  if (ended || says_nothing) return count_out(segment);
  exit_.push_back(std::move(segment));
}

void Link::count_in(const Segment& segment) {
  ++segments_;
  weight_ += kSegmentWeight + segment.bytes.size();
}

void Link::count_out(const Segment& segment) {
  --segments_;
  weight_ -= kSegmentWeight + segment.bytes.size();
}

void Link::advance(TimePoint now) {
  for (TimePoint due = next_due(); due <= now && due != kNever; due = next_due()) {
    step(std::max(due, now_));
  }
  now_ = std::max(now_, now);
}

// Everything that happens at the moment `now`, before which nothing is left to happen. Later stages
// come later, so that what an earlier one lets go of may pass them in the same step.
void Link::step(TimePoint now) {
  now_ = now;
  while (!entry_.empty() && entry_.front().segment.due <= now) {
    Segment segment = std::move(entry_.front().segment);
    entry_.pop_front();
    enter(std::move(segment), 0);
  }
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    auto& running = stages_[i];
    while (running.stage->alarm() <= now) {
      running.stage->on_alarm(now, Next(*this, i));
      BOOST_ASSERT(running.stage->alarm() > now);
    }
    while (!running.held.empty() && running.held.front().due <= now) release(i);
  }
}

void Link::set_stages(std::vector<StagePlan> plans, TimePoint now) {
  advance(now);
  const auto find = [](std::vector<Running>& among, std::uint64_t key) {
    return std::ranges::find(among, key, &Running::key);
  };
  for (const StagePlan& plan : plans) {
    if (plan.stage == nullptr || plan.replaces == 0) continue;
    const auto before = find(stages_, plan.replaces);
    if (before != stages_.end()) plan.stage->adopt(*before->stage);
  }
  std::vector<Running> moved = take_out(plans);
  std::vector<Running> next;
  next.reserve(plans.size());
  for (StagePlan& plan : plans) {
    if (plan.stage != nullptr) {
      next.push_back({plan.key, std::move(plan.stage)});
    } else if (const auto kept = find(stages_, plan.key); kept != stages_.end()) {
      next.push_back(std::move(*kept));
    } else {
      const auto known = find(moved, plan.key);
      BOOST_ASSERT(known != moved.end());
      next.push_back(std::move(*known));
    }
  }
  stages_ = std::move(next);
  advance(now_);
}

// Removes the stages that do not stay where they are among the others, and gives those that run on
// at another place. From the exit backwards, so that nothing overtakes: what a stage held moves on
// to whatever stands behind it then.
std::vector<Link::Running> Link::take_out(const std::vector<StagePlan>& plans) {
  std::vector<Running> moved;
  auto behind = plans.end();  // the place of the nearest stage behind that stays
  for (std::size_t i = stages_.size(); i-- > 0;) {
    const auto keeps = [key = stages_[i].key](const StagePlan& plan) {
      return plan.key == key && plan.stage == nullptr;
    };
    const auto place = std::ranges::find_if(plans, keeps);
    if (place < behind) {
      behind = place;
      continue;
    }
    if (place == plans.end()) stages_[i].stage->on_removal(now_, Next(*this, i));
    Running running = std::move(stages_[i]);
    stages_.erase(stages_.begin() + static_cast<std::ptrdiff_t>(i));
    for (Segment& segment : std::exchange(running.held, {})) enter(std::move(segment), i);
    if (place != plans.end()) moved.push_back(std::move(running));
  }
  return moved;
}

bool Link::has_stage(std::uint64_t key) const {
  return std::ranges::find(stages_, key, &Running::key) != stages_.end();
}

void Link::release_holds(const std::vector<std::uint64_t>& active, TimePoint now) {
  advance(now);
  TimePoint latest{};
  for (Held& held : entry_) {
    const bool ends = std::ranges::find(active, held.hold.key) == active.end();
    if (ends) held.hold.due = std::min(held.hold.due, now_);
    // Order is kept: what stands behind a hold that goes on waits with it.
    held.segment.due = latest = std::max(latest, held.hold.due);
  }
  advance(now_);
}

ByteView Link::ready() const {
  if (exit_.empty() || exit_.front().kind != Segment::Kind::data) return {};
  return ByteView(exit_.front().bytes).subspan(offset_);
}

void Link::consume(std::size_t count) {
  BOOST_ASSERT(!exit_.empty());
  BOOST_ASSERT(exit_.front().kind == Segment::Kind::data);
  BOOST_ASSERT(count <= exit_.front().bytes.size() - offset_);
  offset_ += count;
  if (offset_ < exit_.front().bytes.size()) return;
  count_out(exit_.front());
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
