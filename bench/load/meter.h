#pragma once

#include "bench/load/byte_flow.h"
#include "bench/load/latencies.h"
#include "bench/load/process_clock.h"
#include "proxy/core/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace firedrill::bench {

// Counts the work done between begin() and end(), and the CPU time that the measured process spent
// on it. The load runs before begin() and goes on after end(), so that neither setting up
// connections nor tearing them down is counted. Errors count from the start.
class Meter {
 public:
  // A unit that took less than `least` counts as early.
  Meter(std::optional<ProcessClock> process, Duration least) : process_(process), least_(least) {}

  void begin();
  void end();

  // One unit of work, which took `latency`.
  void unit(Duration latency);
  void bytes(std::size_t count);
  // Units that never came back, where that is a result and no error.
  void lost(std::size_t count);
  // Throws std::runtime_error when there are too many: a load that only fails measures nothing.
  void error(const std::string& what);

  // The result as one line of JSON.
  std::string json() const;

 private:
  std::optional<ProcessClock> process_;
  Duration least_;
  bool measuring_ = false;
  TimePoint started_{};
  Duration elapsed_{};
  Duration process_time_{};
  std::uint64_t units_ = 0;
  std::uint64_t early_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t errors_ = 0;
  std::string first_error_;
  Latencies latencies_;
  ByteFlow flow_;
};

}  // namespace firedrill::bench
