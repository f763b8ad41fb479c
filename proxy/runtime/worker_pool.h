#pragma once

#include "proxy/runtime/worker.h"

#include <map>
#include <memory>
#include <vector>

namespace firedrill {

// All workers, for one caller at a time (the store).
class WorkerPool {
 public:
  // Starts `workers` threads, at least one.
  explicit WorkerPool(unsigned workers);

  unsigned size() const { return static_cast<unsigned>(workers_.size()); }

  // Publishes a snapshot, with the sockets of the proxies that are new in it, and returns when every
  // worker acts on it: what a client sends after that meets the new rules.
  void publish(const SnapshotPtr& snapshot, std::map<std::uint32_t, std::vector<ListenSockets>> sockets);

  // The sums over all workers, by proxy id.
  std::map<std::uint32_t, Counters> collect();

  // Stops listening everywhere and waits until every session has ended, or until `deadline`.
  // True when all have.
  bool drain(TimePoint deadline);

 private:
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace firedrill
