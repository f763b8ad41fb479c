#pragma once

#include "proxy/core/time.h"

#include <algorithm>
#include <chrono>

namespace firedrill {

// A year: no fault lives as long.
inline constexpr Duration kLongestDelay = std::chrono::hours(24 * 365);

// The sum of two delays, capped at the longest so that no moment counted from it leaves the range
// of time.
inline Duration add_delays(Duration a, Duration b) {
  return std::min(kLongestDelay, std::min(a, kLongestDelay) + std::min(b, kLongestDelay));
}

// The moment `delay` after `time`; kNever when there is none.
inline TimePoint later(TimePoint time, Duration delay) {
  return delay < kNever - time ? time + delay : kNever;
}

}  // namespace firedrill
