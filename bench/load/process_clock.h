#pragma once

#include "proxy/core/time.h"

#include <sys/types.h>
#include <time.h>

namespace firedrill::bench {

// The CPU time that another process has used, all of its threads together. The kernel brings this
// clock up to date when it is read, to the nanosecond, where /proc/PID/stat counts in ticks of 10
// ms and schedstat lags by up to a scheduler tick for a thread that is running.
class ProcessClock {
 public:
  // Throws std::system_error when there is no such process.
  explicit ProcessClock(pid_t process);

  Duration used() const;

 private:
  clockid_t clock_{};
};

}  // namespace firedrill::bench
