#pragma once

#include "proxy/core/time.h"
#include "proxy/core/units.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace firedrill {

// A line of finite speed: busy until the last byte given to it has left. Within one busy period
// every moment is counted from its start, so that rounding does not add up.
class Pace {
 public:
  explicit Pace(Rate rate) : rate_(rate) {}

  // When `bytes` that arrive now have left.
  TimePoint leaves(std::size_t bytes, TimePoint now) {
    using Nanoseconds = std::chrono::duration<double, Duration::period>;
    if (now > busy_until_) {
      busy_since_ = busy_until_ = now;
      sent_ = 0;
    }
    if (rate_.bytes_per_second <= 0) return busy_until_ = kNever;
    sent_ += static_cast<double>(bytes);
    const Nanoseconds airtime(sent_ / rate_.bytes_per_second * 1e9);
    const bool endless = airtime >= kNever - busy_since_;
    busy_until_ = endless ? kNever : busy_since_ + std::chrono::ceil<Duration>(airtime);
    return busy_until_;
  }

  // How much to send at once of `size` bytes, so that the flow is smooth: 10 ms of airtime. It is
  // also no less than a kPieces-th of them, so that a very slow line is not a very long queue.
  std::size_t piece_of(std::size_t size) const {
    constexpr double kSlice = 0.01;
    constexpr std::size_t kPieces = 1024;
    const double slice = std::clamp(rate_.bytes_per_second * kSlice, 1.0, 1e9);
    return std::max(static_cast<std::size_t>(slice), (size + kPieces - 1) / kPieces);
  }

 private:
  Rate rate_;
  TimePoint busy_since_{};
  TimePoint busy_until_{};
  double sent_ = 0;  // bytes, since busy_since_
};

// Why a line can't have this speed, or "".
inline const char* wrong_speed(Rate rate) {
  const bool good = rate.bytes_per_second == 0 || rate.bytes_per_second >= 1;
  return good ? "" : "must be 0B/s or at least 1B/s";
}

}  // namespace firedrill
