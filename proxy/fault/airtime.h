#pragma once

#include "proxy/core/time.h"

#include <algorithm>
#include <atomic>

namespace firedrill {

// The airtime of one link that many connections share, on all workers: who wants to send reserves
// the next stretch of it. One number that stands alone: the moment until which the link is busy.
class Airtime {
 public:
  // When a transmission that takes so long, and begins at `now` at the earliest, will be over.
  TimePoint reserve(Duration length, TimePoint now) {
    const Duration::rep earliest = now.time_since_epoch().count();
    Duration::rep busy = busy_until_.load(std::memory_order_relaxed);
    Duration::rep over = 0;
    do {
      over = std::max(busy, earliest) + length.count();
    } while (!busy_until_.compare_exchange_weak(busy, over, std::memory_order_relaxed));
    return TimePoint(Duration(over));
  }

 private:
  std::atomic<Duration::rep> busy_until_{0};
};

}  // namespace firedrill
