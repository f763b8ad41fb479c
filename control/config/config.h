#pragma once

#include "control/config/fault_config.h"
#include "proxy/model/proxy_config.h"

#include <optional>
#include <string>
#include <vector>

namespace firedrill {

// A proxy with the map it was read from: what edits are merged into.
struct ProxyDefinition {
  ProxyConfig config;
  Value definition;
};

// A named set of faults that is switched on and off as one.
struct ProfileConfig {
  std::string name;
  std::vector<std::string> faults;
  Position at = {};
};

struct AdminConfig {
  Address listen{.host = "127.0.0.1", .port = 8474, .unix_path = {}};
  std::vector<std::string> hosts;  // more names under which the API may be called
  std::string tokens_file;
  bool insecure_remote = false;

  static const Params<AdminConfig>& params();
};

// How long a fault may be active.
struct LifetimeDefaults {
  Duration lifetime = std::chrono::minutes(15);   // `for`
  Duration max_lifetime = std::chrono::hours(2);  // `max_for`

  static const Params<LifetimeDefaults>& params();
};

// How a process that is told to end does so.
struct DrainConfig {
  Duration delay{};                              // not ready, but still listening
  Duration deadline = std::chrono::seconds(25);  // when what still runs is cut

  static const Params<DrainConfig>& params();
};

// Everything that a configuration says.
struct Config {
  std::string environment;
  std::vector<std::string> protected_environments{"prod*"};
  AdminConfig admin;
  std::optional<unsigned> workers;  // nothing: one for each available core
  std::uint64_t seed = 0;
  std::string journal;  // a file, unix:/path, or "" for memory alone
  std::string metrics_prefix = "edge_";
  bool watch = false;
  LifetimeDefaults defaults;
  DrainConfig drain;
  std::vector<ProxyDefinition> proxies;
  std::vector<FaultConfig> faults;
  std::vector<ProfileConfig> profiles;

  // The pattern of protected_environments that the environment matches, or "".
  std::string protection() const;
};

// Reads a whole configuration from its tree: every mistake at once, or none.
Result<Config> read_config(const Value& value);

// What is in effect besides proxies, faults and profiles: every setting, also those left to
// default.
boost::json::object settings_json(const Config& config);

// One proxy on its own, as the admin API gives it. `name` is that of the URL; a name in the body
// must be the same. Paths in problems begin at the body.
Result<ProxyDefinition> read_proxy(const Value& value, const std::string& name);

// That everything which is referred to exists and fits: proxies of faults (and their protocols),
// faults of profiles, names that are used once.
Problems check_references(const Config& config);

}  // namespace firedrill
