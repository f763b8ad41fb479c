#pragma once

#include "proxy/runtime/local_proxy.h"

#include <boost/asio/executor_work_guard.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace firedrill {

// What has been counted, by the proxy's state, which outlives its listeners.
using CountersByProxy = std::map<std::shared_ptr<const ProxyState>, Counters>;

// What has been opened for a snapshot, by proxy id; one worker's share.
struct Opened {
  std::map<std::uint32_t, ListenSockets> sockets = {};  // of the proxies that are new
  std::map<std::uint32_t, Fd> access_logs = {};         // to write to from now on
};

// A hit, and the proxy on which it was.
struct ProxyHit {
  std::string proxy;
  Hit hit;
};

// A thread with everything that its proxies need; nothing of it is shared. Others reach it by
// posting.
class Worker {
 public:
  // Starts the thread. Throws boost::system::system_error when the kernel refuses a descriptor.
  explicit Worker(unsigned number);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // From any thread; each `done` is called on the worker's.
  void install(SnapshotPtr snapshot, Opened opened, std::function<void()> done);
  void collect(std::function<void(CountersByProxy)> done);
  // The last hits, on each proxy, of the fault that has this state.
  void hits_of(std::shared_ptr<const RuleState> fault,
               std::function<void(std::vector<ProxyHit>)> done);
  // Does what the scarcity of memory asks for, until it is told something else.
  void relieve(Pressure pressure);
  // Stops listening; `idle` is called when the last session has ended.
  void drain(std::function<void()> idle);

 private:
  class ChangeWatch;

  void apply(SnapshotPtr snapshot, Opened opened);
  void watch_changes(TimePoint since);
  void sweep_removed();
  void keep_counters_of_removed();
  void check_idle();
  void run();

  asio::io_context context_{1};
  asio::executor_work_guard<Executor> work_;
  std::unique_ptr<Scratch> scratch_;
  std::unique_ptr<HttpTools> http_;
  PipePool pipes_;
  Loop loop_;
  Resolver resolver_;
  SnapshotPtr snapshot_;
  std::map<std::uint32_t, std::unique_ptr<LocalProxy>> proxies_;
  std::vector<std::unique_ptr<LocalProxy>> removed_;  // still have sessions
  bool sweeping_ = false;                             // a look at them is due
  CountersByProxy ended_;                             // of those that are gone
  std::unique_ptr<ChangeWatch> change_watch_;
  Pressure pressure_ = Pressure::none;
  bool draining_ = false;
  std::function<void()> idle_;
  std::thread thread_;
};

}  // namespace firedrill
