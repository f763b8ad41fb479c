#include "control/config/config.h"

#include "control/config/fault_config.h"
#include "control/config/search_list.h"

#include <fnmatch.h>

#include <algorithm>

namespace firedrill {
namespace {

// The keys of the file that are single values; lists are read one by one.
struct Settings {
  std::string environment;
  std::vector<std::string> protected_environments{"prod*"};
  std::string workers = "auto";
  std::uint64_t seed = 0;
  std::string journal;
  std::string metrics_prefix = "edge_";
  bool watch = false;
};

std::string wrong_workers(const Settings& settings) {
  if (settings.workers == "auto") return "";
  Problems problems;
  const auto count = Kind<unsigned>::read(
      Value(Value::Text{Value::Scalar::plain, settings.workers}), "", problems);
  const bool good = count && *count >= 1 && *count <= 256;
  return good ? "" : "must be auto or a number from 1 to 256, not \"" + settings.workers + "\"";
}

std::string wrong_prefix(const Settings& settings) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  const std::string& prefix = settings.metrics_prefix;
  const bool good = !prefix.empty() && std::ranges::all_of(prefix, fits) && prefix.front() >= 'a';
  return good ? "" : "must be of the characters a-z 0-9 _ and begin with a letter";
}

const Params<Settings>& settings_params() {
  static const auto params =
      Params<Settings>()
          .optional("environment", &Settings::environment, "Where this runs; a free label.")
          .optional("protected_environments", &Settings::protected_environments,
                    "Patterns of environments in which the start is refused.")
          .optional("workers", &Settings::workers, "Threads: auto is one for each available core.")
          .optional("seed", &Settings::seed,
                    "What all random decisions derive from; the same on every replica.")
          .optional("journal", &Settings::journal,
                    "The audit journal: a file, or unix: and a socket's path.")
          .optional("metrics_prefix", &Settings::metrics_prefix,
                    "What the names in /metrics begin with.")
          .optional("watch", &Settings::watch, "Reload when the file changes.")
          .check("workers", wrong_workers)
          .check("metrics_prefix", wrong_prefix);
  return params;
}

ProxyDefinition read_proxy_fields(const Value& value, const std::string& path, Problems& problems) {
  const Value whole = with_search_lists(value);
  Fields fields(whole, path, problems);
  ProxyDefinition proxy{.config = ProxyConfig::read(fields), .definition = value};
  fields.finish();
  return proxy;
}

ProfileConfig read_profile_fields(const Value& value, const std::string& path, Problems& problems) {
  static const auto params =
      Params<ProfileConfig>()
          .required("name", &ProfileConfig::name, "The profile's name.")
          .required("faults", &ProfileConfig::faults, "The faults that belong to it.");
  Fields fields(value, path, problems);
  ProfileConfig profile = params.read(fields);
  profile.at = value.at();
  fields.finish();
  return profile;
}

// Reads each entry of the list under `key`.
template <class Read>
void read_list(Fields& fields, std::string_view key, const Read& read) {
  const Value* value = fields.optional(key);
  if (value == nullptr) return;
  if (value->list() == nullptr)
    return fields.complain(key, "must be a list, not " + value->describe());
  for (std::size_t i = 0; i < value->list()->size(); ++i) {
    read((*value->list())[i], fields.path_of(key) + "[" + std::to_string(i) + "]",
         fields.problems());
  }
}

template <class Part>
Part read_part(Fields& fields, std::string_view key, const Params<Part>& params) {
  const Value* value = fields.optional(key);
  if (value == nullptr) return Part{};
  Fields part(*value, fields.path_of(key), fields.problems());
  Part read = params.read(part);
  part.finish();
  return read;
}

}  // namespace

const Params<AdminConfig>& AdminConfig::params() {
  static const auto params =
      Params<AdminConfig>()
          .optional("listen", &AdminConfig::listen,
                    "Where the admin API listens: host:port or unix:/path.")
          .optional("hosts", &AdminConfig::hosts,
                    "More host names under which it may be called; * is any.")
          .optional("tokens_file", &AdminConfig::tokens_file,
                    "Bearer tokens, a line each: role:name:token.")
          .optional("insecure_remote", &AdminConfig::insecure_remote,
                    "Allow plain HTTP beyond this machine.");
  return params;
}

const Params<LifetimeDefaults>& LifetimeDefaults::params() {
  static const auto params =
      Params<LifetimeDefaults>()
          .optional("for", &LifetimeDefaults::lifetime,
                    "How long a fault stays active unless it says so itself.",
                    between(kShortestLifetime, kLongestLifetime))
          .optional("max_for", &LifetimeDefaults::max_lifetime,
                    "The longest that any fault stays active.",
                    between(kShortestLifetime, kLongestLifetime))
          .check("for", [](const LifetimeDefaults& defaults) {
            return defaults.lifetime <= defaults.max_lifetime ? ""
                                                              : "must not be longer than max_for";
          });
  return params;
}

const Params<DrainConfig>& DrainConfig::params() {
  constexpr Duration kLongest = std::chrono::hours(1);
  static const auto params =
      Params<DrainConfig>()
          .optional("delay", &DrainConfig::delay, "Not ready, but still listening, for this long.",
                    between(Duration::zero(), kLongest))
          .optional("deadline", &DrainConfig::deadline, "When what still runs is cut.",
                    between(Duration::zero(), kLongest));
  return params;
}

std::string Config::protection() const {
  for (const std::string& pattern : protected_environments) {
    if (!environment.empty() && fnmatch(pattern.c_str(), environment.c_str(), FNM_CASEFOLD) == 0)
      return pattern;
  }
  return {};
}

Result<Config> read_config(const Value& value) {
  Problems problems;
  Fields fields(value, "", problems);
  Config config;
  Settings settings = settings_params().read(fields);
  config.environment = std::move(settings.environment);
  config.protected_environments = std::move(settings.protected_environments);
  if (settings.workers != "auto" && problems.empty())
    config.workers = static_cast<unsigned>(std::stoul(settings.workers));
  config.seed = settings.seed;
  config.journal = std::move(settings.journal);
  config.metrics_prefix = std::move(settings.metrics_prefix);
  config.watch = settings.watch;
  config.admin = read_part(fields, "admin", AdminConfig::params());
  config.defaults = read_part(fields, "defaults", LifetimeDefaults::params());
  config.drain = read_part(fields, "drain", DrainConfig::params());
  read_list(fields, "proxies", [&](const Value& item, const std::string& path, Problems& found) {
    config.proxies.push_back(read_proxy_fields(item, path, found));
  });
  read_list(fields, "faults", [&](const Value& item, const std::string& path, Problems& found) {
    config.faults.push_back(read_fault_config(item, path, found));
  });
  read_list(fields, "profiles", [&](const Value& item, const std::string& path, Problems& found) {
    config.profiles.push_back(read_profile_fields(item, path, found));
  });
  fields.finish();
  for (Problem& problem : check_references(config)) problems.push_back(std::move(problem));
  if (!problems.empty()) return problems;
  return config;
}

boost::json::object settings_json(const Config& config) {
  using Texts = Kind<std::vector<std::string>>;
  const auto text = [](const auto& value) { return boost::json::value(format(value)); };
  boost::json::object object{
      {"environment", config.environment},
      {"protected_environments", Texts::write(config.protected_environments)},
      {"seed", config.seed},
      {"journal", config.journal},
      {"metrics_prefix", config.metrics_prefix},
      {"watch", config.watch}};
  object["workers"] = config.workers ? std::to_string(*config.workers) : "auto";
  object["admin"] = {{"listen", text(config.admin.listen)},
                     {"hosts", Texts::write(config.admin.hosts)},
                     {"tokens_file", config.admin.tokens_file},
                     {"insecure_remote", config.admin.insecure_remote}};
  const bool endless = config.defaults.max_lifetime == Duration::max();
  object["defaults"] = {{"for", text(config.defaults.lifetime)},
                        {"max_for", endless ? "none" : text(config.defaults.max_lifetime)}};
  object["drain"] = {{"delay", text(config.drain.delay)},
                     {"deadline", text(config.drain.deadline)}};
  return object;
}

Result<ProxyDefinition> read_proxy(const Value& value, const std::string& name) {
  Problems problems;
  ProxyDefinition proxy = read_proxy_fields(with_name(value, name, problems), "", problems);
  if (!problems.empty()) return problems;
  return proxy;
}

}  // namespace firedrill
