#include "proxy/session/linger.h"

#include <algorithm>

namespace firedrill {

namespace {

constexpr Duration kLongest = std::chrono::seconds(1);

}  // namespace

Task<> reset_after_flush(Stream& stream, Wakeup& wakeup) {
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

Task<> read_to_end(Stream& stream, std::span<std::byte> scratch, Wakeup& wakeup) {
  const TimePoint deadline = wakeup.loop().now() + kLongest;
  while (wakeup.loop().now() < deadline) {
    const Io io = stream.read(scratch);
    if (io.status == Io::Status::end || io.status == Io::Status::failed) break;
    // More may be there already; others have their turn first.
    if (io.status == Io::Status::done) wakeup.loop().queue(wakeup);
    co_await wakeup.wait_until(deadline);
  }
}

}  // namespace firedrill
