#include "proxy/fault/cut.h"

#include "proxy/fault/delay.h"

#include <algorithm>
#include <limits>

namespace firedrill {
namespace {

constexpr auto kUnlimited = std::numeric_limits<std::uint64_t>::max();

}  // namespace

Cut::Cut(Segment::Kind ending, const CutPoint& point, TimePoint now)
    : ending_(ending),
      alarm_(point.at_once() ? now
             : point.after   ? later(now, *point.after)
                             : kNever),
      most_(point.bytes ? point.bytes->bytes : kUnlimited) {}

void Cut::on_segment(Segment segment, const Next& next) {
  if (done_) return;
  if (segment.kind != Segment::Kind::data) {
    done_ = segment.kind != Segment::Kind::fin;
    return next(std::move(segment));
  }
  // An edit may have lowered the number below what has passed.
  const std::uint64_t left = most_ - std::min(most_, passed_);
  passed_ += segment.bytes.size();
  if (segment.bytes.size() < left) return next(std::move(segment));
  const TimePoint due = segment.due;
  segment.bytes.resize(left);
  next(std::move(segment));
  end(due, next);
}

void Cut::end(TimePoint due, const Next& next) {
  done_ = true;
  next({.kind = ending_, .due = due});
}

void Cut::adopt(LinkStage& before) {
  if (const auto* cut = dynamic_cast<Cut*>(&before)) passed_ = cut->passed_;
}

}  // namespace firedrill
