#include "control/store_state.h"

#include "control/config/references.h"

#include <utility>

namespace firedrill {

Refusal not_found(std::string_view what, const std::string& name) {
  return {Refusal::Kind::not_found,
          {{"", "there is no " + std::string(what) + " \"" + name + "\""}}};
}
Refusal invalid(Problems problems) {
  return {Refusal::Kind::invalid, std::move(problems)};
}
Refusal conflict(std::string what) {
  return {Refusal::Kind::conflict, {{"", std::move(what)}}};
}

std::vector<const ProxyConfig*> configs_of(const std::vector<Proxy>& proxies) {
  std::vector<const ProxyConfig*> configs;
  for (const Proxy& proxy : proxies) configs.push_back(proxy.config.get());
  return configs;
}

boost::json::value diff_of(const Value* before, const Value* after) {
  boost::json::object diff;
  if (before != nullptr) diff["before"] = to_json(*before);
  if (after != nullptr) diff["after"] = to_json(*after);
  return diff;
}

Journal::Entry entry_of(const Actor& actor, std::string_view what, const std::string& subject) {
  return {.who = actor.who,
          .from = actor.from,
          .what = std::string(what),
          .subject = subject,
          .reason = actor.reason};
}

std::optional<Refusal> check_faults(const std::vector<Fault>& faults,
                                    const std::vector<Proxy>& proxies) {
  for (const Fault& fault : faults) {
    if (auto problems = check_fault_proxies(*fault.config, configs_of(proxies));
        !problems.empty()) {
      return conflict("fault \"" + fault.config->name + "\": " + problems.front().what);
    }
  }
  return std::nullopt;
}

}  // namespace firedrill
