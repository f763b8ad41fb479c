#pragma once

#include "proxy/core/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace firedrill::bench {

// How fast bytes arrive, from the first arrival to the last. The first arrival counts as the moment
// alone: its bytes were on their way before it. Bytes that come in pieces therefore have their true
// rate, wherever among the pieces the measurement begins and ends.
class ByteFlow {
 public:
  void add(std::size_t count, TimePoint now);
  // Bytes a second; zero before there are two arrivals.
  double rate() const;

 private:
  std::optional<TimePoint> first_;
  TimePoint last_{};
  std::uint64_t bytes_ = 0;
};

}  // namespace firedrill::bench
