#pragma once

#include "control/memory.h"
#include "proxy/core/time.h"
#include "proxy/session/pressure.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <vector>

namespace firedrill {

class WorkerPool;

// Tells from the share of a limit that is in use how scarce memory is: full from 85 %, critical
// from 95 %. It is none again only below 80 %, so that accepting does not flutter.
Pressure judge_memory(double share, Pressure before);

// Keeps the process within the memory that it may have: it watches the limits, fifty times a
// second, and tells the workers when they are near. The admin API, on whose thread it runs, goes on
// whatever happens. Without a limit there is no guard.
class MemoryGuard {
 public:
  // Watches the limits of the process; null when there are none.
  static std::unique_ptr<MemoryGuard> start(boost::asio::io_context& context, WorkerPool& workers);

  MemoryGuard(boost::asio::io_context& context, WorkerPool& workers,
              std::vector<MemoryMeter> meters);
  MemoryGuard(const MemoryGuard&) = delete;
  MemoryGuard& operator=(const MemoryGuard&) = delete;

 private:
  void watch();
  void look(TimePoint now);
  void log_change(Pressure next, const MemoryReading& reading) const;

  boost::asio::steady_timer timer_;
  WorkerPool& workers_;
  std::vector<MemoryMeter> meters_;
  Pressure pressure_ = Pressure::none;
  TimePoint told_{};
  std::shared_ptr<char> alive_ = std::make_shared<char>();  // a timer's handler may outlive this
};

}  // namespace firedrill
