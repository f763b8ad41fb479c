#pragma once

#include "control/admin/server.h"
#include "control/config/load.h"
#include "control/log.h"
#include "control/memory_guard.h"
#include "control/store.h"
#include "control/toxiproxy/routes.h"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

// The running product: workers, store and admin API. `serve` and `demo` each have one.
class Instance {
 public:
  // Gives the configuration anew, for a reload.
  using Loader = std::function<Loaded()>;

  // Starts everything, or says every reason why not; then nothing is left running.
  static Result<std::unique_ptr<Instance>> start(Config config, Loader loader,
                                                 const toxiproxy::Options& toxiproxy = {},
                                                 InheritedSockets inherited = {});
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  std::string admin_address() const { return server_->address(); }
  // Each proxy's name and where it listens, in the order of the configuration.
  std::vector<std::pair<std::string, std::string>> listeners();

  // From any thread; each returns when it is done.
  Problems reload(const Actor& actor);
  void halt(const Actor& actor);

  // The end, in steps: /readyz says no at once; then nothing new is accepted, and what is in
  // progress goes on until drained() or until the caller has waited long enough.
  DrainConfig drain_config();
  void announce_end() { ready_ = false; }
  void begin_drain() { workers_.begin_drain(); }
  bool drained() const { return workers_.drained(); }

 private:
  Instance(Config config, Loader loader, Journal journal);
  Result<> open(Config config, const toxiproxy::Options& toxiproxy, InheritedSockets inherited);
  template <class Work>
  auto on_admin_thread(Work work);
  Change<std::vector<std::string>> load_and_apply(const Actor& actor);
  Change<std::vector<std::string>> apply(Config config, const Actor& actor);
  void refuse_load(const Refusal& refusal, const Actor& actor);
  void record_peek(const admin::Request& request);
  void arm_expiry();

  Loader loader_;
  std::atomic<bool> ready_{false};
  WorkerPool workers_;
  Journal journal_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<admin::Server> server_;
  std::unique_ptr<boost::asio::steady_timer> expiry_;
  std::unique_ptr<MemoryGuard> memory_;
  log::Throttle peeks_{std::chrono::seconds(1)};
};

}  // namespace firedrill
