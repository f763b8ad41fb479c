#include "control/config/references.h"

#include <algorithm>
#include <set>

namespace firedrill {
namespace {

// Where an item of a list of the file stands.
Position position_of(const Value& definition, std::string_view key) {
  const Value* found = definition.find(key);
  return found != nullptr ? found->at() : definition.at();
}

void check_unique(const std::string& name, const std::string& path, Position at,
                  std::set<std::string>& seen, Problems& problems) {
  if (!name.empty() && !seen.insert(name).second) {
    problems.push_back({path, "\"" + name + "\" is used twice; names are unique", at});
  }
}

// Two listeners on one address; a wildcard and port 0 are left to the kernel.
void check_listeners(const Config& config, Problems& problems) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < config.proxies.size(); ++i) {
    const auto& [proxy, definition] = config.proxies[i];
    const bool picked = !proxy.listen.is_unix() && proxy.listen.port == 0;
    if (!proxy.enabled || picked || definition.find("listen") == nullptr) continue;
    if (!seen.insert(format(proxy.listen)).second) {
      problems.push_back({"proxies[" + std::to_string(i) + "].listen",
                          format(proxy.listen) + " is another proxy's already",
                          position_of(definition, "listen")});
    }
  }
}

// Why a fault can't act on a proxy that it names, and the remedy where there is one.
std::string obstacle(const FaultType& type, const ProxyConfig& proxy) {
  std::string what = "\"" + proxy.name + "\"";
  const std::string act = std::string(type.name).append(" can't act");
  if (type.family != Family::stream || proxy.protocol != Protocol::tcp) {
    what.append(" speaks ").append(name_of(proxy.protocol));
    return what.append(", on which ").append(act);
  }
  what.append(" has no codec, without which ").append(act);
  what.append("; give the proxy one, such as codec: lines. There are ");
  for (const std::string_view name : event::tcp_codec_names()) {
    if (name != event::tcp_codec_names().front()) what.append(", ");
    what.append(name);
  }
  return what;
}

// A request is what opens a stream of an http proxy, and only of that.
void check_match(const FaultConfig& fault, const ProxyConfig& proxy, Problems& problems) {
  if (fault.type->family != Family::stream || proxy.protocol != Protocol::tcp) return;
  if (!fault.match.asks_for_request()) return;
  problems.push_back({"match",
                      "asks for something of a request, and \"" + proxy.name +
                          "\" speaks tcp, which has none; leave it to sources, event, key, json "
                          "and payload",
                      position_of(fault.definition, "match")});
}

// Why clients reach the proxy at no one address; "" when they do.
std::string without_address(const ProxyConfig& proxy) {
  if (proxy.listen.is_unix()) return "listens on a Unix socket, which has no address";
  const auto address = parse_ip(proxy.listen.host);
  if (proxy.listen.host.empty() || address == parse_ip("0.0.0.0") || address == parse_ip("::")) {
    return "listens on all addresses; give the one that clients reach it at in `records`";
  }
  return address ? "" : "listens on a name, not on an address";
}

}  // namespace

bool acts_on(Family family, const ProxyConfig& proxy) {
  switch (family) {
    case Family::tcp:
      return true;  // on a dns proxy, of its connections over TCP
    case Family::http:
      return proxy.protocol == Protocol::http;
    case Family::stream:
      return proxy.protocol == Protocol::http || proxy.codec.has_value();
    case Family::dns:
      return proxy.protocol == Protocol::dns;
  }
  return false;
}

bool names_proxy(const FaultConfig& fault, const ProxyConfig& proxy) {
  if (fault.proxies.size() == 1 && fault.proxies.front() == "*") {
    const bool fits = proxy.protocol != Protocol::tcp || !fault.match.asks_for_request();
    return acts_on(fault.type->family, proxy) && (fault.type->family != Family::stream || fits);
  }
  return std::ranges::find(fault.proxies, proxy.name) != fault.proxies.end();
}

std::optional<Cidr::Raw> own_address(const ProxyConfig& proxy) {
  return without_address(proxy).empty() ? parse_ip(proxy.listen.host) : std::nullopt;
}

std::vector<OwnProxy> own_proxies(const FaultConfig& fault) {
  constexpr std::string_view kKey = "self";
  std::vector<OwnProxy> all;
  const auto add = [&](const FaultSpecPtr& what, const Value* with, std::string path) {
    if (what == nullptr || what->own_proxy().empty()) return;
    const Value* at = with != nullptr ? with->find(kKey) : nullptr;
    path.append("with.").append(kKey);
    if (std::ranges::find(all, path, &OwnProxy::path) != all.end()) return;  // common to variants
    all.push_back({.name = std::string(what->own_proxy()),
                   .path = std::move(path),
                   .at = at != nullptr ? at->at() : fault.definition.at()});
  };
  const Value* common = fault.definition.find("with");
  if (fault.variants.empty()) add(fault.spec, common, "");
  const Value* list = fault.definition.find("variants");
  for (std::size_t i = 0; i < fault.variants.size(); ++i) {
    const Value* own = (*list->list())[i].find("with");
    const bool says_so = own != nullptr && own->find(kKey) != nullptr;
    std::string path = "variants[" + std::to_string(i) + "].";
    add(fault.variants[i].spec, says_so ? own : common, says_so ? std::move(path) : "");
  }
  return all;
}

namespace {

// What is wrong with the proxies whose address the fault answers with.
Problems check_own_proxies(const FaultConfig& fault, const std::vector<const ProxyConfig*>& proxies,
                           const std::vector<std::string>& known) {
  Problems problems;
  for (const auto& [name, path, at] : own_proxies(fault)) {
    const auto proxy = std::ranges::find(proxies, name, &ProxyConfig::name);
    if (proxy == proxies.end()) {
      problems.push_back(
          {path, "there is no proxy \"" + name + "\"" + suggestion(name, known), at});
    } else if (const std::string why = without_address(**proxy); !why.empty()) {
      problems.push_back({path, "\"" + name + "\" " + why, at});
    }
  }
  return problems;
}

}  // namespace

Problems check_fault_proxies(const FaultConfig& fault,
                             const std::vector<const ProxyConfig*>& proxies) {
  Problems problems;
  std::vector<std::string> known;
  for (const ProxyConfig* proxy : proxies) known.push_back(proxy->name);
  for (const std::string& name : fault.proxies) {
    if (name == "*") continue;
    const auto proxy = std::ranges::find(proxies, name, &ProxyConfig::name);
    const Position at = position_of(fault.definition, "proxy");
    if (proxy == proxies.end()) {
      problems.push_back(
          {"proxy", "there is no proxy \"" + name + "\"" + suggestion(name, known), at});
    } else if (fault.type != nullptr && !acts_on(fault.type->family, **proxy)) {
      problems.push_back({"proxy", obstacle(*fault.type, **proxy), at});
    } else if (fault.type != nullptr) {
      check_match(fault, **proxy, problems);
    }
  }
  for (Problem& problem : check_own_proxies(fault, proxies, known)) {
    problems.push_back(std::move(problem));
  }
  return problems;
}

Problems check_profile(const ProfileConfig& profile, const std::vector<std::string>& faults) {
  Problems problems;
  for (const std::string& name : profile.faults) {
    if (std::ranges::find(faults, name) != faults.end()) continue;
    problems.push_back({"faults", "there is no fault \"" + name + "\"" + suggestion(name, faults)});
  }
  return problems;
}

Problems check_references(const Config& config) {
  Problems problems;
  std::set<std::string> proxy_names, fault_names, profile_names;
  std::vector<const ProxyConfig*> proxies;
  std::vector<std::string> faults;
  for (std::size_t i = 0; i < config.proxies.size(); ++i) {
    const auto& [proxy, definition] = config.proxies[i];
    check_unique(proxy.name, "proxies[" + std::to_string(i) + "].name",
                 position_of(definition, "name"), proxy_names, problems);
    proxies.push_back(&proxy);
  }
  check_listeners(config, problems);
  for (std::size_t i = 0; i < config.faults.size(); ++i) {
    const FaultConfig& fault = config.faults[i];
    const std::string path = "faults[" + std::to_string(i) + "]";
    check_unique(fault.name, path + ".name", position_of(fault.definition, "name"), fault_names,
                 problems);
    for (Problem& problem : check_fault_proxies(fault, proxies)) {
      problem.path = path + "." + problem.path;
      problems.push_back(std::move(problem));
    }
    faults.push_back(fault.name);
  }
  for (std::size_t i = 0; i < config.profiles.size(); ++i) {
    const ProfileConfig& profile = config.profiles[i];
    const std::string path = "profiles[" + std::to_string(i) + "]";
    check_unique(profile.name, path + ".name", profile.at, profile_names, problems);
    for (Problem& problem : check_profile(profile, faults)) {
      problem.path = path + "." + problem.path;
      problem.at = profile.at;
      problems.push_back(std::move(problem));
    }
  }
  return problems;
}

}  // namespace firedrill
