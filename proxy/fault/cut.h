#pragma once

#include "proxy/core/units.h"
#include "proxy/fault/link.h"

#include <optional>

namespace firedrill {

// Where a connection ends: after a time, behind a number of bytes of one direction, whichever comes
// first, or with neither at once.
struct CutPoint {
  std::optional<Duration> after;
  std::optional<ByteSize> bytes;

  bool at_once() const { return !after && !bytes; }
};

// Ends the whole connection at a point, with FIN or RST behind the last byte that passes. An edit
// counts the time anew and the bytes on.
class Cut final : public LinkStage {
 public:
  // `ending` is close or reset.
  Cut(Segment::Kind ending, const CutPoint& point, TimePoint now);

  void on_segment(Segment segment, const Next& next) override;
  TimePoint alarm() const override { return done_ ? kNever : alarm_; }
  void on_alarm(TimePoint now, const Next& next) override { end(now, next); }
  void adopt(LinkStage& before) override;

 private:
  void end(TimePoint due, const Next& next);

  Segment::Kind ending_;
  TimePoint alarm_;
  std::uint64_t most_;  // bytes that may pass
  std::uint64_t passed_ = 0;
  bool done_ = false;
};

}  // namespace firedrill
