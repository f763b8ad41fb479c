#pragma once

#include <chrono>

namespace firedrill {

// Pure code takes `TimePoint now` as an argument and never reads a clock itself. The clock is the
// monotonic one: a change of wall-clock time moves no deadline.
using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;

// A due time that no clock reaches: held until somebody lets go.
inline constexpr TimePoint kNever = TimePoint::max();

}  // namespace firedrill
