// Store, changes that are one where an editor makes several.

#include "control/config/references.h"
#include "control/store_state.h"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

bool acts_alone_on(const Fault& fault, const std::string& proxy) {
  return fault.config->proxies.size() == 1 && fault.config->proxies.front() == proxy;
}

// Why a profile does not let the fault go, if one has it.
std::optional<Refusal> held_by_profile(const std::vector<ProfileConfig>& profiles,
                                       const std::string& fault) {
  for (const ProfileConfig& profile : profiles) {
    if (std::ranges::find(profile.faults, fault) == profile.faults.end()) continue;
    return conflict("profile \"" + profile.name + "\" has fault \"" + fault + "\"");
  }
  return std::nullopt;
}

boost::json::array names_json(const std::vector<std::string>& names) {
  boost::json::array all;
  for (const std::string& name : names) all.emplace_back(name);
  return all;
}

}  // namespace

Change<> Store::install_proxy(ProxyDefinition proxy, const Actor& actor) {
  const std::string name = proxy.config.name;
  const Proxy* known = find_proxy(name);
  const Value before = known != nullptr ? known->definition : Value{};
  State next = copy();
  place(next, std::move(proxy));
  const Proxy& placed = *find_by_name(next.proxies, name);
  if (known != nullptr && placed.id != known->id) next.cut.push_back(known->id);
  if (auto refused = check_faults(next.faults, next.proxies)) return *refused;
  Journal::Entry entry = entry_of(actor, "proxy.put", name);
  entry.diff = diff_of(&before, &placed.definition);
  return commit(std::move(next), std::move(entry));
}

Change<> Store::uninstall_proxy(const std::string& name, const Actor& actor) {
  const Proxy* known = find_proxy(name);
  if (known == nullptr) return not_found("proxy", name);
  for (const Fault& fault : faults_) {
    if (!acts_alone_on(fault, name)) continue;
    if (auto refused = held_by_profile(profiles_, fault.config->name)) return *refused;
  }
  Journal::Entry entry = entry_of(actor, "proxy.remove", name);
  entry.diff = diff_of(&known->definition, nullptr);
  State next = copy();
  next.cut.push_back(known->id);
  std::erase_if(next.proxies, [&](const Proxy& proxy) { return proxy.config->name == name; });
  std::erase_if(next.faults, [&](const Fault& fault) { return acts_alone_on(fault, name); });
  if (auto refused = check_faults(next.faults, next.proxies)) return *refused;
  return commit(std::move(next), std::move(entry));
}

Change<> Store::start_fault(const std::string& name, const Value& definition,
                            const Activation& activation, const Actor& actor) {
  if (lock_) return locked();
  auto read = read_fault(definition, name);
  if (read.has_error()) return invalid(read.error());
  if (auto problems = check_fault_proxies(*read, configs_of(proxies_)); !problems.empty()) {
    return invalid(std::move(problems));
  }
  const Fault* known = find_fault(name);
  if (known != nullptr && known->active()) return conflict("fault \"" + name + "\" is active");
  Journal::Entry entry = entry_of(actor, "fault.enable", name);
  entry.diff = diff_of(known != nullptr ? &known->config->definition : nullptr, &read->definition);
  Fault fault{.config = std::make_shared<const FaultConfig>(std::move(*read)),
              .state = std::make_shared<RuleState>()};
  if (auto begun = begin(fault, activation); begun.has_error()) return begun;
  State next = copy();
  std::erase_if(next.faults, [&](const Fault& one) { return one.config->name == name; });
  next.faults.push_back(std::move(fault));
  return commit(std::move(next), std::move(entry));
}

Change<> Store::end_faults(const Ended& ended, const Actor& actor) {
  State next = copy();
  for (const std::string& name : ended.removed) {
    if (find_fault(name) == nullptr) return not_found("fault", name);
    if (auto refused = held_by_profile(profiles_, name)) return *refused;
    std::erase_if(next.faults, [&](const Fault& fault) { return fault.config->name == name; });
  }
  for (const std::string& name : ended.disabled) {
    Fault* fault = find_by_name(next.faults, name);
    if (fault == nullptr) return not_found("fault", name);
    fault->deadline.reset();
  }
  Journal::Entry entry = entry_of(actor, "fault.end", "");
  entry.diff = boost::json::object{{"removed", names_json(ended.removed)},
                                   {"disabled", names_json(ended.disabled)}};
  return commit(std::move(next), std::move(entry));
}

}  // namespace firedrill
