#pragma once

#include "proxy/core/time.h"

#include <algorithm>
#include <chrono>

namespace firedrill {

// The sum of two delays, capped at a year so that no moment counted from it leaves the range of
// time.
inline Duration add_delays(Duration a, Duration b) {
  constexpr Duration kLongest = std::chrono::hours(24 * 365);
  return std::min(kLongest, std::min(a, kLongest) + std::min(b, kLongest));
}

}  // namespace firedrill
