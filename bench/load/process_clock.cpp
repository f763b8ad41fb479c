#include "bench/load/process_clock.h"

#include <cerrno>
#include <system_error>

namespace firedrill::bench {

ProcessClock::ProcessClock(pid_t process) {
  if (const int error = clock_getcpuclockid(process, &clock_)) {
    throw std::system_error(error, std::generic_category(), "clock_getcpuclockid");
  }
}

Duration ProcessClock::used() const {
  timespec now{};
  if (clock_gettime(clock_, &now) < 0) {
    throw std::system_error(errno, std::generic_category(), "the measured process has ended");
  }
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace firedrill::bench
