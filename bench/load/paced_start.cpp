#include "bench/load/paced_start.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace firedrill::bench {

PacedStart::PacedStart(EventLoop& loop, std::function<void(std::size_t)> start)
    : start_(std::move(start)),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  if (timer_.descriptor() < 0) {
    throw std::system_error(errno, std::generic_category(), "timerfd_create");
  }
  loop.watch(timer_.descriptor(), Interest::edges, [this] {
    std::uint64_t expirations = 0;
    if (read(timer_.descriptor(), &expirations, sizeof expirations) > 0) start_due();
    return Next::keep;
  });
}

void PacedStart::add(TimePoint due, std::size_t index) {
  const bool earliest = entries_.empty() || due < entries_.top().first;
  entries_.emplace(due, index);
  if (earliest) arm();
}

void PacedStart::start_due() {
  while (!entries_.empty() && entries_.top().first <= Clock::now()) {
    const std::size_t index = entries_.top().second;
    entries_.pop();
    start_(index);
  }
  if (!entries_.empty()) arm();
}

void PacedStart::arm() const {
  const Duration due = entries_.top().first.time_since_epoch();
  const auto whole = std::chrono::floor<std::chrono::seconds>(due);
  itimerspec when{};
  when.it_value = {.tv_sec = whole.count(), .tv_nsec = (due - whole).count()};
  if (timerfd_settime(timer_.descriptor(), TFD_TIMER_ABSTIME, &when, nullptr) < 0) {
    throw std::system_error(errno, std::generic_category(), "timerfd_settime");
  }
}

}  // namespace firedrill::bench
