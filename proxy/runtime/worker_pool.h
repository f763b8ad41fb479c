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

  // Publishes a snapshot, with what has been opened for each worker, and returns when every worker
  // acts on it: what a client sends after that meets the new rules.
  void publish(const SnapshotPtr& snapshot, std::vector<Opened> opened);

  // The sums over all workers.
  CountersByProxy collect();

  // The last hits of the fault that has this state, newest first.
  std::vector<ProxyHit> hits_of(const std::shared_ptr<const RuleState>& fault);

  // Tells every worker how scarce memory is; to be told again while it lasts.
  void relieve(Pressure pressure);

  // Stops listening everywhere; drained() says when every session has ended.
  void begin_drain();
  bool drained() const { return drained_workers_ == workers_.size(); }

 private:
  // What every worker answers to `ask(worker, done)`.
  template <class Answer, class Ask>
  std::vector<Answer> ask_all(const Ask& ask);

  std::atomic<std::size_t> drained_workers_{0};
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace firedrill
