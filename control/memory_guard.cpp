#include "control/memory_guard.h"

#include "control/log.h"
#include "proxy/runtime/worker_pool.h"

#include <malloc.h>

#include <utility>

namespace firedrill {
namespace {

constexpr Duration kPace = std::chrono::milliseconds(20);
// Until what was closed is seen to be free again.
constexpr Duration kReliefPace = std::chrono::milliseconds(250);

// The limit that is nearest.
MemoryReading nearest(const std::vector<MemoryMeter>& meters) {
  MemoryReading nearest{.used = 0, .limit = 1};
  for (const MemoryMeter& meter : meters) {
    const auto reading = meter();
    if (reading && reading->share() > nearest.share()) nearest = *reading;
  }
  return nearest;
}

}  // namespace

Pressure judge_memory(double share, Pressure before) {
  if (share >= 0.95) return Pressure::critical;
  if (share >= 0.85) return Pressure::full;
  const bool lasts = before != Pressure::none && share >= 0.80;
  return lasts ? Pressure::full : Pressure::none;
}

std::unique_ptr<MemoryGuard> MemoryGuard::start(boost::asio::io_context& context,
                                                WorkerPool& workers) {
  auto meters = memory_limits();
  if (meters.empty()) return nullptr;
  return std::make_unique<MemoryGuard>(context, workers, std::move(meters));
}

MemoryGuard::MemoryGuard(boost::asio::io_context& context, WorkerPool& workers,
                         std::vector<MemoryMeter> meters)
    : timer_(context), workers_(workers), meters_(std::move(meters)) {
  watch();
}

void MemoryGuard::watch() {
  timer_.expires_after(kPace);
  timer_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code ec) {
    if (ec || alive.expired()) return;
    look(Clock::now());
    watch();
  });
}

// The workers are told of each change, and again and again while it lasts: they have to see which
// connections stay idle.
void MemoryGuard::look(TimePoint now) {
  const MemoryReading reading = nearest(meters_);
  const Pressure next = judge_memory(reading.share(), pressure_);
  const bool same = next == pressure_;
  if (same && (next == Pressure::none || now < told_ + kReliefPace)) return;
  if (!same) log_change(next, reading);
  // What connections gave back is free for others only when the allocator gives it back as well.
  if (next == Pressure::critical && same) ::malloc_trim(0);
  pressure_ = next;
  told_ = now;
  workers_.relieve(next);
}

void MemoryGuard::log_change(Pressure next, const MemoryReading& reading) const {
  const log::Fields fields{{"used", reading.used}, {"limit", reading.limit}};
  if (next == Pressure::none) {
    log::info("there is memory again; connections are accepted", fields);
  } else if (pressure_ == Pressure::none) {
    log::warning("memory is scarce; no connections are accepted for now", fields);
  }
}

}  // namespace firedrill
