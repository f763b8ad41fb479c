#pragma once

#include "proxy/core/time.h"

#include <cstdint>
#include <vector>

namespace firedrill::bench {

// A histogram of durations whose buckets are 1/2048 of their value wide: 5 us at 10 ms, which is
// fine enough to judge an injected delay, in constant memory however long the run.
class Latencies {
 public:
  Latencies();

  void add(Duration latency);
  // The least recorded value that `part` (in (0, 1]) of all values do not exceed; zero when empty.
  Duration percentile(double part) const;

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
};

}  // namespace firedrill::bench
