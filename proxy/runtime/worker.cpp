#include "proxy/runtime/worker.h"

#include <boost/asio/steady_timer.hpp>

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace firedrill {

// Wakes the worker at the moment at which the next active rule ends, or a flap or a ramp moves one.
// The deadline holds here, even when nobody publishes any more.
class Worker::ChangeWatch final : public Runnable {
 public:
  ChangeWatch(Loop& loop, Worker& worker) : worker_(worker), timer_(loop, *this) {}
  void arm(TimePoint due) {
    timer_.disarm();
    if (due != kNever) timer_.arm(due);
  }
  void run() override {
    const TimePoint since = Clock::now();
    for (const auto& [id, proxy] : worker_.proxies_) proxy->refresh();
    worker_.watch_changes(since);
  }

 private:
  Worker& worker_;
  Timer timer_;
};

Worker::Worker(unsigned number)
    : work_(context_.get_executor()),
      scratch_(std::make_unique<Scratch>()),
      http_(std::make_unique<HttpTools>()),
      loop_(context_),
      resolver_(loop_),
      change_watch_(std::make_unique<ChangeWatch>(loop_, *this)),
      thread_([this, number] {
        // The kernel takes 15 characters.
        pthread_setname_np(pthread_self(), ("worker/" + std::to_string(number)).c_str());
        run();
      }) {}

Worker::~Worker() {
  asio::post(context_, [this] { context_.stop(); });
  thread_.join();
  // Whatever is still open ends here, on no thread but this.
  proxies_.clear();
  removed_.clear();
}

void Worker::run() {
  context_.run();
}

void Worker::install(SnapshotPtr snapshot, Opened opened, std::function<void()> done) {
  auto shared = std::make_shared<Opened>(std::move(opened));
  asio::post(context_,
             [this, snapshot = std::move(snapshot), shared, done = std::move(done)]() mutable {
               apply(std::move(snapshot), std::move(*shared));
               done();
             });
}

void Worker::apply(SnapshotPtr snapshot, Opened opened) {
  const TimePoint since = Clock::now();
  snapshot_ = std::move(snapshot);
  for (auto it = proxies_.begin(); it != proxies_.end();) {
    if (snapshot_->find(it->first) != nullptr) {
      ++it;
      continue;
    }
    if (std::ranges::find(snapshot_->cut, it->first) != snapshot_->cut.end()) {
      it->second->cut();
    } else {
      it->second->drain();
    }
    removed_.push_back(std::move(it->second));
    it = proxies_.erase(it);
  }
  if (!sweeping_) sweep_removed();
  for (const ProxySnapshot& proxy : snapshot_->proxies) {
    if (const auto known = proxies_.find(proxy.id); known != proxies_.end()) {
      known->second->update(proxy);
    } else if (const auto mine = opened.sockets.find(proxy.id);
               mine != opened.sockets.end() && !draining_) {
      const auto made = proxies_.emplace(
          proxy.id, std::make_unique<LocalProxy>(loop_, resolver_, PumpTools{*scratch_, pipes_},
                                                 *http_, proxy, std::move(mine->second)));
      if (pressure_ != Pressure::none) made.first->second->relieve(pressure_, since);
    }
  }
  for (auto& [id, file] : opened.access_logs) {
    if (const auto known = proxies_.find(id); known != proxies_.end()) {
      known->second->write_access_log(std::move(file));
    }
  }
  watch_changes(since);
}

// What a removed proxy had open ends by and by, and with the last of it the proxy.
void Worker::sweep_removed() {
  keep_counters_of_removed();
  std::erase_if(removed_, [](const auto& proxy) { return proxy->idle(); });
  sweeping_ = !removed_.empty();
  if (!sweeping_) return;
  constexpr Duration kPace = std::chrono::milliseconds(100);
  const auto timer = std::make_shared<asio::steady_timer>(context_, kPace);
  timer->async_wait([this, timer](error_code ec) {
    if (!ec) sweep_removed();
  });
}

// A proxy that listens anew goes on counting; one that nobody has any more is forgotten.
void Worker::keep_counters_of_removed() {
  for (const auto& proxy : removed_) {
    if (proxy->idle()) ended_[proxy->state()] += proxy->counters();
  }
  std::erase_if(ended_, [](const auto& one) { return one.first.use_count() == 1; });
}

// `since` was read before the proxies looked at their rules, so that no change falls in between.
void Worker::watch_changes(TimePoint since) {
  TimePoint next = kNever;
  for (const ProxySnapshot& proxy : snapshot_->proxies) {
    next = std::min(next, proxy.rules->next_change(since));
  }
  change_watch_->arm(next);
}

void Worker::collect(std::function<void(CountersByProxy)> done) {
  asio::post(context_, [this, done = std::move(done)] {
    CountersByProxy counters = ended_;
    for (const auto& [id, proxy] : proxies_) counters[proxy->state()] += proxy->counters();
    for (const auto& proxy : removed_) counters[proxy->state()] += proxy->counters();
    done(std::move(counters));
  });
}

void Worker::hits_of(std::shared_ptr<const RuleState> fault,
                     std::function<void(std::vector<ProxyHit>)> done) {
  asio::post(context_, [this, fault = std::move(fault), done = std::move(done)] {
    std::vector<ProxyHit> hits;
    const auto add = [&](const LocalProxy& proxy) {
      for (Hit& hit : proxy.hits().of(fault)) hits.push_back({proxy.name(), std::move(hit)});
    };
    for (const auto& [id, proxy] : proxies_) add(*proxy);
    for (const auto& proxy : removed_) add(*proxy);
    done(std::move(hits));
  });
}

void Worker::relieve(Pressure pressure) {
  asio::post(context_, [this, pressure] {
    pressure_ = pressure;
    const TimePoint now = Clock::now();
    for (const auto& [id, proxy] : proxies_) proxy->relieve(pressure, now);
  });
}

void Worker::drain(std::function<void()> idle) {
  asio::post(context_, [this, idle = std::move(idle)]() mutable {
    draining_ = true;
    idle_ = std::move(idle);
    for (const auto& [id, proxy] : proxies_) proxy->drain();
    check_idle();
  });
}

void Worker::check_idle() {
  if (!idle_) return;
  const bool all =
      std::ranges::all_of(proxies_, [](const auto& item) { return item.second->idle(); }) &&
      std::ranges::all_of(removed_, [](const auto& proxy) { return proxy->idle(); });
  if (all) return std::exchange(idle_, nullptr)();
  // Ending is a matter of tens of milliseconds at best, and this runs only then.
  constexpr Duration kPace = std::chrono::milliseconds(10);
  const auto timer = std::make_shared<asio::steady_timer>(context_, kPace);
  timer->async_wait([this, timer](error_code ec) {
    if (!ec) check_idle();
  });
}

}  // namespace firedrill
