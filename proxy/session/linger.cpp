#include "proxy/session/linger.h"

#include <algorithm>

namespace firedrill {

Task<> reset_after_flush(Stream& stream, Wakeup& wakeup) {
  constexpr Duration kLongest = std::chrono::seconds(1);
  constexpr Duration kFirst = std::chrono::milliseconds(1);
  constexpr Duration kPace = std::chrono::milliseconds(20);
  const TimePoint deadline = wakeup.loop().now() + kLongest;
  Duration pause = kFirst;
  while (stream.is_open() && !stream.broken() && stream.unsent() > 0) {
    const TimePoint now = wakeup.loop().now();
    if (now >= deadline) break;
    co_await wakeup.wait_until(std::min(now + pause, deadline));
    pause = std::min(pause * 2, kPace);
  }
  stream.reset();
}

}  // namespace firedrill
