#include "proxy/runtime/worker_pool.h"

#include <algorithm>
#include <future>

namespace firedrill {

WorkerPool::WorkerPool(unsigned workers) {
  for (unsigned i = 0; i < std::max(workers, 1u); ++i)
    workers_.push_back(std::make_unique<Worker>(i));
}

void WorkerPool::publish(const SnapshotPtr& snapshot,
                         std::map<std::uint32_t, std::vector<ListenSockets>> sockets) {
  std::vector<std::future<void>> acknowledged;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    NewSockets mine;
    for (auto& [id, all] : sockets) mine.emplace(id, std::move(all[i]));
    auto promise = std::make_shared<std::promise<void>>();
    acknowledged.push_back(promise->get_future());
    workers_[i]->install(snapshot, std::move(mine), [promise] { promise->set_value(); });
  }
  for (auto& one : acknowledged) one.wait();
}

std::map<std::uint32_t, Counters> WorkerPool::collect() {
  using PerProxy = std::map<std::uint32_t, Counters>;
  std::vector<std::future<PerProxy>> answers;
  for (const auto& worker : workers_) {
    auto promise = std::make_shared<std::promise<PerProxy>>();
    answers.push_back(promise->get_future());
    worker->collect([promise](PerProxy counters) { promise->set_value(std::move(counters)); });
  }
  PerProxy sums;
  for (auto& answer : answers) {
    for (const auto& [id, counters] : answer.get()) sums[id] += counters;
  }
  return sums;
}

void WorkerPool::begin_drain() {
  for (const auto& worker : workers_) worker->drain([this] { ++drained_workers_; });
}

}  // namespace firedrill
