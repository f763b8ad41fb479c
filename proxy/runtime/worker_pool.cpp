#include "proxy/runtime/worker_pool.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <utility>

namespace firedrill {

WorkerPool::WorkerPool(unsigned workers) {
  for (unsigned i = 0; i < std::max(workers, 1u); ++i)
    workers_.push_back(std::make_unique<Worker>(i));
}

template <class Answer, class Ask>
std::vector<Answer> WorkerPool::ask_all(const Ask& ask) {
  std::vector<std::future<Answer>> coming;
  for (const auto& worker : workers_) {
    auto promise = std::make_shared<std::promise<Answer>>();
    coming.push_back(promise->get_future());
    ask(*worker, [promise](Answer answer) { promise->set_value(std::move(answer)); });
  }
  std::vector<Answer> answers;
  for (auto& answer : coming) answers.push_back(answer.get());
  return answers;
}

void WorkerPool::publish(const SnapshotPtr& snapshot, std::vector<Opened> opened) {
  opened.resize(workers_.size());
  std::vector<std::future<void>> acknowledged;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    auto promise = std::make_shared<std::promise<void>>();
    acknowledged.push_back(promise->get_future());
    workers_[i]->install(snapshot, std::move(opened[i]), [promise] { promise->set_value(); });
  }
  for (auto& one : acknowledged) one.wait();
}

CountersByProxy WorkerPool::collect() {
  CountersByProxy sums;
  const auto ask = [](Worker& worker, auto done) { worker.collect(std::move(done)); };
  for (const CountersByProxy& one : ask_all<CountersByProxy>(ask)) {
    for (const auto& [proxy, counters] : one) sums[proxy] += counters;
  }
  return sums;
}

std::vector<ProxyHit> WorkerPool::hits_of(const std::shared_ptr<const RuleState>& fault) {
  using Hits = std::vector<ProxyHit>;
  Hits all;
  const auto ask = [&](Worker& worker, auto done) { worker.hits_of(fault, std::move(done)); };
  for (Hits& hits : ask_all<Hits>(ask)) std::ranges::move(hits, std::back_inserter(all));
  const auto time = [](const ProxyHit& one) { return one.hit.time; };
  std::ranges::stable_sort(all, std::ranges::greater{}, time);
  if (all.size() > HitLog::kKept) all.resize(HitLog::kKept);
  return all;
}

void WorkerPool::relieve(Pressure pressure) {
  for (const auto& worker : workers_) worker->relieve(pressure);
}

void WorkerPool::begin_drain() {
  for (const auto& worker : workers_) worker->drain([this] { ++drained_workers_; });
}

}  // namespace firedrill
