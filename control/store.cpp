#include "control/store.h"
#include "control/healed_by.h"

#include "control/config/references.h"
#include "control/reload_diff.h"
#include "control/store_state.h"
#include "proxy/codec/event/codec.h"
#include "proxy/fault/delay.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace firedrill {

void throw_exception_from_error(const Refusal& refusal, const boost::source_location&) {
  throw std::runtime_error(describe(refusal.problems));
}

namespace {

boost::json::value diff_of(const Activation& activation) {
  boost::json::object diff;
  if (activation.lifetime) diff["for"] = format(*activation.lifetime);
  if (activation.lease) diff["lease"] = format(*activation.lease);
  return diff.empty() ? boost::json::value() : boost::json::value(std::move(diff));
}

// What only a start can set stays as it is. Gives the names of the settings that would be others.
std::vector<std::string> keep_settings_of_the_start(Config& next, const Config& now) {
  std::vector<std::string> kept;
  const auto keep = [&](const char* name, auto& wanted, const auto& current) {
    if (wanted == current) return;
    kept.emplace_back(name);
    wanted = current;
  };
  keep("admin.listen", next.admin.listen, now.admin.listen);
  keep("admin.hosts", next.admin.hosts, now.admin.hosts);
  keep("admin.insecure_remote", next.admin.insecure_remote, now.admin.insecure_remote);
  keep("workers", next.workers, now.workers);
  keep("journal", next.journal, now.journal);
  keep("watch", next.watch, now.watch);
  return kept;
}

// A listener has to be opened anew when it is another's or elsewhere. The port that was picked for
// 0 may be asked for by number.
bool same_listener(const Proxy& known, const ProxyConfig& wanted) {
  const ProxyConfig& config = *known.config;
  return config.enabled == wanted.enabled && config.protocol == wanted.protocol &&
         (config.listen == wanted.listen || known.bound == wanted.listen);
}

}  // namespace

Store::Store(Config config, WorkerPool& workers, Journal journal, InheritedSockets inherited)
    : config_(std::move(config)),
      workers_(workers),
      journal_(std::move(journal)),
      inherited_(std::move(inherited)) {}

Result<std::unique_ptr<Store>> Store::open(Config config, WorkerPool& workers, Journal journal,
                                           InheritedSockets inherited) {
  std::unique_ptr<Store> store(
      new Store(std::move(config), workers, std::move(journal), std::move(inherited)));
  auto done = store->reload(store->config_, {.who = "start"});
  if (done.has_error()) return done.error().problems;
  return store;
}

const Proxy* Store::find_proxy(std::string_view name) const {
  return find_by_name(proxies_, name);
}
const Fault* Store::find_fault(std::string_view name) const {
  return find_by_name(faults_, name);
}

Store::State Store::copy() const {
  return {proxies_, faults_, profiles_, config_.seed};
}

// Makes `next` the state: binds, compiles, publishes and waits for every worker.
Change<> Store::apply(State next) {
  if (auto opened = open_files(next); opened.has_error()) {
    opened_.clear();
    return opened;
  }
  renew_where_protected(next);
  workers_.publish(compile(next), std::exchange(opened_, {}));
  remember_kept(next.faults);
  proxies_ = std::move(next.proxies);
  faults_ = std::move(next.faults);
  profiles_ = std::move(next.profiles);
  close_inherited();
  return {};
}

Change<> Store::commit(State next, Journal::Entry entry) {
  if (auto applied = apply(std::move(next)); applied.has_error()) return applied;
  record(std::move(entry));
  return {};
}

void Store::record(Journal::Entry entry) {
  const Journal::Record made = journal_.add(std::move(entry));
  for (const auto& listener : listeners_) listener(made);
}

Change<> Store::set_proxy(const std::string& name, const Value& definition, const Actor& actor,
                          std::string_view what) {
  auto read = read_proxy(definition, name);
  if (read.has_error()) return invalid(read.error());
  const Proxy* known = find_proxy(name);
  const Value before = known != nullptr ? known->definition : Value{};
  State next = copy();
  place(next, std::move(*read));
  if (auto refused = check_faults(next.faults, next.proxies)) return *refused;
  Journal::Entry entry = entry_of(actor, what, name);
  entry.diff = diff_of(&before, &find_by_name(next.proxies, name)->definition);
  return commit(std::move(next), std::move(entry));
}

// In the place of the one that has its name, or behind all others.
void Store::place(State& next, ProxyDefinition definition) {
  Proxy proxy{.id = 0,
              .definition = std::move(definition.definition),
              .config = std::make_shared<const ProxyConfig>(std::move(definition.config)),
              .bound = {},
              .state = std::make_shared<ProxyState>()};
  Proxy* known = find_by_name(next.proxies, proxy.config->name);
  if (known == nullptr) return next.proxies.push_back(std::move(proxy));
  proxy.state = known->state;
  if (same_listener(*known, *proxy.config)) {
    proxy.id = known->id;
    proxy.bound = known->bound;
  }
  *known = std::move(proxy);
}

Change<> Store::put_proxy(const std::string& name, const Value& definition, const Actor& actor) {
  return set_proxy(name, definition, actor, "proxy.put");
}

Change<> Store::patch_proxy(const std::string& name, const Value& patch, const Actor& actor) {
  const Proxy* known = find_proxy(name);
  if (known == nullptr) return not_found("proxy", name);
  return set_proxy(name, merge_patch(known->definition, patch), actor, "proxy.patch");
}

Change<> Store::remove_proxy(const std::string& name, const Actor& actor) {
  const Proxy* known = find_proxy(name);
  if (known == nullptr) return not_found("proxy", name);
  for (const Fault& fault : faults_) {
    if (std::ranges::find(fault.config->proxies, name) != fault.config->proxies.end()) {
      return conflict("fault \"" + fault.config->name + "\" acts on proxy \"" + name +
                      "\"; remove it first");
    }
    const auto own = own_proxies(*fault.config);
    if (std::ranges::find(own, name, &OwnProxy::name) != own.end()) {
      return conflict("fault \"" + fault.config->name + "\" answers with the address of proxy \"" +
                      name + "\"; remove it first");
    }
  }
  Journal::Entry entry = entry_of(actor, "proxy.remove", name);
  entry.diff = diff_of(&known->definition, nullptr);
  State next = copy();
  std::erase_if(next.proxies, [&](const Proxy& proxy) { return proxy.config->name == name; });
  return commit(std::move(next), std::move(entry));
}

Change<> Store::set_fault(const std::string& name, const Value& definition, const Actor& actor,
                          std::string_view what) {
  auto read = read_fault(definition, name);
  if (read.has_error()) return invalid(read.error());
  if (auto problems = check_fault_proxies(*read, configs_of(proxies_)); !problems.empty()) {
    return invalid(std::move(problems));
  }
  State next = copy();
  Fault* known = find_by_name(next.faults, name);
  const Value before = known != nullptr ? known->config->definition : Value{};
  auto config = std::make_shared<const FaultConfig>(std::move(*read));
  Journal::Entry entry = entry_of(actor, what, name);
  entry.diff = diff_of(&before, &config->definition);
  if (known == nullptr) {
    next.faults.push_back(
        {.config = std::move(config), .state = std::make_shared<RuleState>(), .deadline = {}});
  } else {
    known->config = std::move(config);
    known->key = next_key_++;
  }
  return commit(std::move(next), std::move(entry));
}

Change<> Store::put_fault(const std::string& name, const Value& definition, const Actor& actor) {
  return set_fault(name, definition, actor, "fault.put");
}

Change<> Store::patch_fault(const std::string& name, const Value& patch, const Actor& actor) {
  const Fault* known = find_fault(name);
  if (known == nullptr) return not_found("fault", name);
  return set_fault(name, merge_patch(known->config->definition, patch), actor, "fault.patch");
}

Change<> Store::remove_fault(const std::string& name, const Actor& actor) {
  const Fault* known = find_fault(name);
  if (known == nullptr) return not_found("fault", name);
  for (const ProfileConfig& profile : profiles_) {
    if (std::ranges::find(profile.faults, name) != profile.faults.end()) {
      return conflict("profile \"" + profile.name + "\" has fault \"" + name + "\"");
    }
  }
  Journal::Entry entry = entry_of(actor, "fault.remove", name);
  entry.diff = diff_of(&known->config->definition, nullptr);
  State next = copy();
  std::erase_if(next.faults, [&](const Fault& fault) { return fault.config->name == name; });
  return commit(std::move(next), std::move(entry));
}

Refusal Store::locked() const {
  return conflict("new faults are locked out" + (lock_->empty() ? "" : ": " + *lock_));
}

Change<> Store::activate(const std::vector<std::string>& names, const Activation& activation,
                         Journal::Entry entry) {
  if (lock_) return locked();
  State next = copy();
  for (const std::string& name : names) {
    Fault* fault = find_by_name(next.faults, name);
    if (fault == nullptr) return not_found("fault", name);
    if (auto begun = begin(*fault, activation); begun.has_error()) return begun;
  }
  entry.diff = diff_of(activation);
  return commit(std::move(next), std::move(entry));
}

// Makes it active: for how long, and unless it is so already from the start of its counts, ordinals
// and shape.
Change<> Store::begin(Fault& fault, const Activation& activation) {
  const Duration greatest = config_.defaults.max_lifetime;
  if (activation.lifetime && *activation.lifetime > greatest) {
    return invalid({{"for", "must be at most " + format(greatest) + " (defaults.max_for)"}});
  }
  const TimePoint now = Clock::now();
  const Duration lifetime =
      activation.lifetime.value_or(fault.config->lifetime.value_or(config_.defaults.lifetime));
  const bool renewal = fault.active() && activation.lease && !activation.lifetime;
  if (!renewal) fault.limit = later(now, std::min(lifetime, greatest));
  if (!fault.active()) start(fault, now);
  fault.deadline = *fault.limit;
  if (activation.lease) fault.deadline = std::min(*fault.limit, later(now, *activation.lease));
  return {};
}

void Store::start(Fault& fault, TimePoint now) {
  fault.state->activate();
  fault.key = fault.activation = next_key_++;
  fault.activated = now;
  fault.activated_wall = std::chrono::system_clock::now().time_since_epoch();
}

Change<> Store::deactivate(const std::vector<std::string>& names, Journal::Entry entry) {
  State next = copy();
  for (const std::string& name : names) {
    Fault* fault = find_by_name(next.faults, name);
    if (fault == nullptr) return not_found("fault", name);
    fault->deadline.reset();
  }
  return commit(std::move(next), std::move(entry));
}

namespace {

const ProfileConfig* find_profile(const std::vector<ProfileConfig>& profiles,
                                  const std::string& name) {
  const auto found = std::ranges::find(profiles, name, &ProfileConfig::name);
  return found == profiles.end() ? nullptr : &*found;
}

}  // namespace

Change<> Store::enable_fault(const std::string& name, const Activation& activation,
                             const Actor& actor) {
  return activate({name}, activation, entry_of(actor, "fault.enable", name));
}

Change<> Store::disable_fault(const std::string& name, const Actor& actor) {
  return deactivate({name}, entry_of(actor, "fault.disable", name));
}

Change<> Store::enable_profile(const std::string& name, const Activation& activation,
                               const Actor& actor) {
  const ProfileConfig* profile = find_profile(profiles_, name);
  if (profile == nullptr) return not_found("profile", name);
  return activate(profile->faults, activation, entry_of(actor, "profile.enable", name));
}

Change<> Store::disable_profile(const std::string& name, const Actor& actor) {
  const ProfileConfig* profile = find_profile(profiles_, name);
  if (profile == nullptr) return not_found("profile", name);
  return deactivate(profile->faults, entry_of(actor, "profile.disable", name));
}

std::size_t Store::halt(Lock lock, const Actor& actor) {
  if (lock == Lock::on) lock_ = actor.reason;
  std::vector<std::string> active;
  for (const Fault& fault : faults_) {
    if (fault.active()) active.push_back(fault.config->name);
  }
  Journal::Entry entry = entry_of(actor, lock == Lock::on ? "halt.lock" : "halt", "");
  boost::json::array ended;
  for (const std::string& name : active) ended.emplace_back(name);
  entry.diff = boost::json::object{{"ended", std::move(ended)}};
  // Turning off what is known needs no socket, so that nothing can refuse it.
  [[maybe_unused]] const auto done = deactivate(active, std::move(entry));
  return active.size();
}

void Store::unlock(const Actor& actor) {
  lock_.reset();
  record(entry_of(actor, "unlock", ""));
}

Change<std::vector<std::string>> Store::reload(Config config, const Actor& actor) {
  std::vector<std::string> kept = keep_settings_of_the_start(config, config_);
  State next;
  next.seed = config.seed;
  next.reopens_logs = true;
  for (const ProxyDefinition& proxy : config.proxies) {
    const Proxy* known = find_proxy(proxy.config.name);
    const bool same = known != nullptr && same_listener(*known, proxy.config);
    next.proxies.push_back(
        {.id = same ? known->id : 0,
         .definition = proxy.definition,
         .config = std::make_shared<const ProxyConfig>(proxy.config),
         .bound = same ? known->bound : Address{},
         .state = known != nullptr ? known->state : std::make_shared<ProxyState>()});
  }
  const TimePoint now = Clock::now();
  for (const FaultConfig& fault : config.faults) {
    const Fault* known = find_fault(fault.name);
    Fault made{.config = std::make_shared<const FaultConfig>(fault),
               .state = known != nullptr ? known->state : std::make_shared<RuleState>(),
               .deadline = {}};
    if (known != nullptr && known->active() && known->config->definition == fault.definition) {
      made = *known;
      made.config = std::make_shared<const FaultConfig>(fault);
      if (config.seed != config_.seed) made.key = next_key_++;
    } else if (known == nullptr && fault.enabled && !lock_) {
      start(made, now);
      made.limit = later(now, std::min(fault.lifetime.value_or(config.defaults.lifetime),
                                       config.defaults.max_lifetime));
      made.deadline = made.limit;
    }
    next.faults.push_back(std::move(made));
  }
  next.profiles = config.profiles;
  Journal::Entry entry = entry_of(actor, "config.load", "");
  entry.diff = reload_diff(proxies_, next.proxies, faults_, next.faults);
  if (auto done = apply(std::move(next)); done.has_error()) return done.error();
  config_ = std::move(config);
  record(std::move(entry));
  return kept;
}

TimePoint Store::expire(TimePoint now) {
  std::vector<std::string> over;
  TimePoint next_deadline = kNever;
  State next = copy();
  for (Fault& fault : next.faults) {
    if (!fault.active()) continue;
    if (*fault.deadline <= now) {
      over.push_back(fault.config->name);
      fault.deadline.reset();
    } else {
      next_deadline = std::min(next_deadline, *fault.deadline);
    }
  }
  if (over.empty()) return next_deadline;
  // Turning off what is known needs no socket, so that nothing can refuse it.
  [[maybe_unused]] const auto done = apply(std::move(next));
  for (const std::string& name : over) record(entry_of({.who = "deadline"}, "fault.expire", name));
  return next_deadline;
}

}  // namespace firedrill
