#pragma once

#include "bench/load/event_loop.h"

#include <cstddef>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace firedrill::bench {

// Calls back for each index at the time it was added for, to the timer's own precision (epoll's
// timeout counts in milliseconds, which is too coarse beside the delays that are measured).
class PacedStart {
 public:
  PacedStart(EventLoop& loop, std::function<void(std::size_t)> start);

  void add(TimePoint due, std::size_t index);

 private:
  void start_due();
  void arm() const;

  using Entry = std::pair<TimePoint, std::size_t>;

  std::function<void(std::size_t)> start_;
  Socket timer_;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> entries_;
};

}  // namespace firedrill::bench
