#pragma once

#include "proxy/runtime/worker.h"

#include <atomic>
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

  // Publishes a snapshot, with the sockets of the proxies that are new in it, and returns when
  // every worker acts on it: what a client sends after that meets the new rules.
  void publish(const SnapshotPtr& snapshot,
               std::map<std::uint32_t, std::vector<ListenSockets>> sockets);

  // The sums over all workers, by proxy id.
  std::map<std::uint32_t, Counters> collect();

  // Stops listening everywhere; drained() says when every session has ended.
  void begin_drain();
  bool drained() const { return drained_workers_ == workers_.size(); }

 private:
  std::atomic<std::size_t> drained_workers_{0};
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace firedrill
