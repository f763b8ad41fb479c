#pragma once

#include "control/config/config.h"
#include "control/journal.h"
#include "proxy/runtime/inherited_sockets.h"
#include "proxy/runtime/worker_pool.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

// Who asks for a change, and why: for the journal.
struct Actor {
  std::string who = "local";
  std::string from = {};
  std::string reason = {};
};

// Why a change was refused; nothing has changed then. Never without a problem.
struct Refusal {
  enum class Kind : std::uint8_t {
    invalid,    // the change itself is wrong
    not_found,  // no such proxy, fault or profile
    conflict,   // not now: locked, still referred to, or the address is in use
  };
  Kind kind = Kind::invalid;
  Problems problems;
};

template <class T = void>
using Change = boost::system::result<T, Refusal>;
[[noreturn]] void throw_exception_from_error(const Refusal& refusal, const boost::source_location&);

// How long an activation is to last.
struct Activation {
  std::optional<Duration> lifetime = {};  // `for`; the fault's own, or the default, when absent
  // Ends after this unless it is activated again before. Renewals don't move the end that `for` set
  // at the activation, unless they name a `for` themselves.
  std::optional<Duration> lease = {};
};

// A proxy as it is now.
struct Proxy {
  std::uint32_t id = 0;
  Value definition;  // the map it was read from
  std::shared_ptr<const ProxyConfig> config;
  Address bound;  // where it listens, its port picked; as configured when it is not enabled
  std::shared_ptr<ProxyState> state;
};

// A fault as it is now.
struct Fault {
  std::shared_ptr<const FaultConfig> config;
  std::shared_ptr<RuleState> state;
  std::uint64_t key = 0;                   // of its latest activation or edit while active
  std::uint64_t activation = 0;            // of its latest activation
  TimePoint activated = {};                // when that was
  Duration activated_wall = {};            // the same on the wall clock, since its epoch
  std::optional<TimePoint> limit = {};     // when it ends at the latest, whatever renews its lease
  std::optional<TimePoint> deadline = {};  // none: not active
  TimePoint kept_until = {};               // that clients may keep answers of ended activations

  bool active() const { return deadline.has_value(); }
};

// Everything that is configured, and what of it is active and until when. A change is validated,
// compiled into a whole new snapshot, published, acknowledged by every worker, and journaled, in
// that order; when it is refused nothing has changed. It belongs to one thread, the admin API's.
class Store {
 public:
  // Binds the listeners of `config` and activates the faults that it says are enabled. `workers`
  // outlive it.
  static Result<std::unique_ptr<Store>> open(Config config, WorkerPool& workers, Journal journal,
                                             InheritedSockets inherited = {});
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  const Config& config() const { return config_; }  // as loaded; proxies and faults are below
  const std::vector<Proxy>& proxies() const { return proxies_; }
  const std::vector<Fault>& faults() const { return faults_; }  // in the order of definition
  const std::vector<ProfileConfig>& profiles() const { return profiles_; }
  const Proxy* find_proxy(std::string_view name) const;
  const Fault* find_fault(std::string_view name) const;
  Journal& journal() { return journal_; }
  WorkerPool& workers() { return workers_; }
  // The reason of a lock, if new activations are refused.
  const std::optional<std::string>& lock() const { return lock_; }

  // Each listener is called after each change, with its record.
  void on_change(std::function<void(const Journal::Record&)> listener) {
    listeners_.push_back(std::move(listener));
  }

  // Creates or replaces; edits are JSON merge patches on the definition. Replacing or editing an
  // active fault acts at once and keeps its deadline.
  Change<> put_proxy(const std::string& name, const Value& definition, const Actor& actor);
  Change<> patch_proxy(const std::string& name, const Value& patch, const Actor& actor);
  Change<> remove_proxy(const std::string& name, const Actor& actor);
  Change<> put_fault(const std::string& name, const Value& definition, const Actor& actor);
  Change<> patch_fault(const std::string& name, const Value& patch, const Actor& actor);
  Change<> remove_fault(const std::string& name, const Actor& actor);

  // The same as one change each, for a view that is no editor of definitions. What was open on a
  // proxy that stops listening, or listens elsewhere, is cut off at once.
  Change<> install_proxy(ProxyDefinition proxy, const Actor& actor);
  // Removes it with the faults that act on nothing else.
  Change<> uninstall_proxy(const std::string& name, const Actor& actor);
  // Puts an active fault behind all others, in place of an inactive one of that name.
  Change<> start_fault(const std::string& name, const Value& definition,
                       const Activation& activation, const Actor& actor);
  // Removes some faults and disables others; all or nothing.
  struct Ended {
    std::vector<std::string> removed;
    std::vector<std::string> disabled;
  };
  Change<> end_faults(const Ended& ended, const Actor& actor);

  // Enabling what is active already renews its deadline and begins its triggers anew only when it
  // was off.
  Change<> enable_fault(const std::string& name, const Activation& activation, const Actor& actor);
  Change<> disable_fault(const std::string& name, const Actor& actor);
  // Lets one event pass an active sticky fault from now on, as a consumer's operator skips a
  // message that it can't process: the one with that id, else the last that was hit.
  Change<> skip_event(const std::string& name, const std::optional<std::string>& id,
                      const Actor& actor);
  Change<> enable_profile(const std::string& name, const Activation& activation,
                          const Actor& actor);
  Change<> disable_profile(const std::string& name, const Actor& actor);

  // Ends every active fault; Lock::on also refuses new activations until unlock(). Gives their
  // number.
  enum class Lock : std::uint8_t { off, on };
  std::size_t halt(Lock lock, const Actor& actor);
  void unlock(const Actor& actor);

  // Takes a whole new configuration. Unchanged proxies keep their listeners and sessions, and a
  // fault that is active and still configured the same stays so until its deadline. Settings that
  // only a start can change (of admin, workers, journal, watch) are reported by the result, and
  // stay.
  Change<std::vector<std::string>> reload(Config config, const Actor& actor);

  // Ends what has passed its deadline, and gives the next deadline. The workers have stopped it
  // already.
  TimePoint expire(TimePoint now);

 private:
  struct State;  // proxies, faults and profiles: what a change replaces as a whole
  struct ActiveFault {
    const FaultConfig* config;
    RulePtr rule;
  };

  Store(Config config, WorkerPool& workers, Journal journal, InheritedSockets inherited);

  State copy() const;
  Change<> apply(State next);
  void renew_where_protected(State& next);
  void remember_kept(std::vector<Fault>& next) const;
  Change<> commit(State next, Journal::Entry entry);
  std::vector<ListenPlace> leaving(const State& next) const;
  Change<> open_files(State& next);
  void close_inherited() const;
  Change<> open_access_logs(const State& next);
  Result<Listening> listen_for(const ProxyConfig& config,
                               const std::vector<ListenPlace>& left) const;
  Change<> bind(const std::vector<Proxy*>& fresh, const std::vector<ListenPlace>& left);
  Change<> set_fault(const std::string& name, const Value& definition, const Actor& actor,
                     std::string_view what);
  Change<> set_proxy(const std::string& name, const Value& definition, const Actor& actor,
                     std::string_view what);
  static void place(State& next, ProxyDefinition definition);
  Refusal locked() const;  // requires a lock
  Change<> activate(const std::vector<std::string>& names, const Activation& activation,
                    Journal::Entry entry);
  Change<> deactivate(const std::vector<std::string>& names, Journal::Entry entry);
  Change<> begin(Fault& fault, const Activation& activation);
  void start(Fault& fault, TimePoint now);
  SnapshotPtr compile(const State& state);
  ProxySnapshot compile_proxy(const Proxy& proxy, const std::vector<ActiveFault>& active);
  void record(Journal::Entry entry);

  Config config_;
  WorkerPool& workers_;
  Journal journal_;
  std::vector<std::function<void(const Journal::Record&)>> listeners_;
  std::vector<Proxy> proxies_;
  std::vector<Fault> faults_;
  std::vector<ProfileConfig> profiles_;
  std::optional<std::string> lock_;
  InheritedSockets inherited_;
  std::vector<Opened> opened_;  // for each worker, not published yet
  std::map<std::uint32_t, ProxySnapshot>
      published_;  // by proxy id, to tell which rules have changed
  std::uint64_t generation_ = 0;
  std::uint64_t next_key_ = 1;
  std::uint32_t next_proxy_ = 1;
};

}  // namespace firedrill
