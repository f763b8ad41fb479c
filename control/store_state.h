#pragma once

#include "control/store.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// What a change of the store replaces as a whole.
struct Store::State {
  std::vector<Proxy> proxies;
  std::vector<Fault> faults;
  std::vector<ProfileConfig> profiles;
  std::uint64_t seed = 0;               // of the configuration that it belongs to
  std::vector<std::uint32_t> cut = {};  // proxies whose connections end with this change
  bool reopens_logs = false;            // that stay what they are as well
};

// The item of that name; null when there is none.
inline std::string_view name_of_item(const Proxy& proxy) {
  return proxy.config->name;
}
inline std::string_view name_of_item(const Fault& fault) {
  return fault.config->name;
}
template <class Items>
auto* find_by_name(Items& items, std::string_view name) {
  const auto found =
      std::ranges::find_if(items, [&](const auto& item) { return name_of_item(item) == name; });
  return found == items.end() ? nullptr : &*found;
}

// The parts of every change.
Refusal not_found(std::string_view what, const std::string& name);
Refusal invalid(Problems problems);
Refusal conflict(std::string what);
Journal::Entry entry_of(const Actor& actor, std::string_view what, const std::string& subject);
boost::json::value diff_of(const Value* before, const Value* after);
std::vector<const ProxyConfig*> configs_of(const std::vector<Proxy>& proxies);
// Why the faults no longer fit the proxies, if that is so.
std::optional<Refusal> check_faults(const std::vector<Fault>& faults,
                                    const std::vector<Proxy>& proxies);

}  // namespace firedrill
