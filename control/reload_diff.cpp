#include "control/reload_diff.h"

#include <boost/json/array.hpp>

#include <map>
#include <string>

namespace firedrill {
namespace {

struct Item {
  const Value* definition;
  bool active;
};
using Items = std::map<std::string, Item>;

Items items_of(const std::vector<Proxy>& proxies) {
  Items items;
  for (const Proxy& proxy : proxies) items[proxy.config->name] = {&proxy.definition, false};
  return items;
}
Items items_of(const std::vector<Fault>& faults) {
  Items items;
  for (const Fault& fault : faults)
    items[fault.config->name] = {&fault.config->definition, fault.active()};
  return items;
}

boost::json::object diff_of(const Items& before, const Items& after) {
  std::map<std::string_view, boost::json::array> changes;
  for (const auto& [name, item] : before) {
    const auto now = after.find(name);
    if (now == after.end()) changes["removed"].emplace_back(name);
    if (item.active && (now == after.end() || !now->second.active))
      changes["ended"].emplace_back(name);
  }
  for (const auto& [name, item] : after) {
    const auto then = before.find(name);
    if (then == before.end()) {
      changes["added"].emplace_back(name);
    } else if (!(*then->second.definition == *item.definition)) {
      changes["changed"].emplace_back(name);
    }
    if (item.active && (then == before.end() || !then->second.active))
      changes["started"].emplace_back(name);
  }
  boost::json::object diff;
  for (auto& [what, names] : changes) diff[what] = std::move(names);
  return diff;
}

}  // namespace

boost::json::object reload_diff(const std::vector<Proxy>& proxies_before,
                                const std::vector<Proxy>& proxies_after,
                                const std::vector<Fault>& faults_before,
                                const std::vector<Fault>& faults_after) {
  return {{"proxies", diff_of(items_of(proxies_before), items_of(proxies_after))},
          {"faults", diff_of(items_of(faults_before), items_of(faults_after))}};
}

}  // namespace firedrill
