#pragma once

#include "bench/load/socket.h"
#include "proxy/core/time.h"

#include <deque>
#include <functional>

namespace firedrill::bench {

// What becomes of a descriptor's handler after it has run.
enum class Next { keep, drop };

// Called when a descriptor is ready. It may be called without cause (a descriptor's number is used
// again within one batch of events), so it must bear a read that finds nothing.
using Handler = std::function<Next()>;

// What a handler waits for: `edges` in either direction, to be met by reading or writing until that
// would block; or the state of being readable or writable, for those who move a block at a time.
enum class Interest { edges, readable, writable };

// A bare epoll loop, so that the load costs as little as the core it shares allows.
class EventLoop {
 public:
  EventLoop();

  // Calls `handler` whenever the descriptor is ready, until it answers Next::drop; it is destroyed
  // then, and with it whatever it owns.
  void watch(int descriptor, Interest interest, Handler handler);

  // Runs until `deadline`, or until `done` (asked after each batch of events) says so.
  void run_until(TimePoint deadline, const std::function<bool()>& done = nullptr);

 private:
  void dispatch(int descriptor);

  Socket epoll_;
  // By descriptor. A deque, because a handler that is running may add another.
  std::deque<Handler> handlers_;
};

}  // namespace firedrill::bench
