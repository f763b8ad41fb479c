#include "control/cli/fault_definition.h"

#include "control/cli/key_values.h"

namespace firedrill::cli {
std::vector<Option> definition_options() {
  return {
      {.name = "--type", .value = "TYPE", .help = "its type; `firedrill fault types` lists them"},
      {.name = "--proxy",
       .value = "NAME",
       .help = "the proxy it is for; may be repeated; \"*\" for all"},
      {.name = "--with", .value = "KEY=VALUE", .help = "a parameter of the type; may be repeated"},
      {.name = "--match", .value = "KEY=VALUE", .help = "which traffic: path=/x; may be repeated"},
      {.name = "--share", .value = "SHARE", .help = "how much of what matches is hit: 10%"},
      {.name = "--trigger",
       .value = "KEY=N",
       .help = "which in turn are hit: every=5, first=1; may be repeated"},
      {.name = "--direction", .value = "WAY", .help = "request, response or both"},
      {.name = "--for", .value = "DURATION", .help = "how long it stays active once enabled: 10m"},
  };
}

Result<boost::json::object> definition_of(const Invocation& call) {
  Problems problems;
  boost::json::object definition;
  for (const std::string_view option : {"--type", "--proxy"}) {
    if (!call.has(option)) problems.push_back({std::string(option), "is required"});
  }
  boost::json::array proxies;
  for (const std::string& name : call.values("--proxy")) proxies.emplace_back(name);
  if (proxies.size() == 1) {
    definition["proxy"] = proxies.front();
  } else {
    definition["proxy"] = std::move(proxies);
  }
  for (const std::string_view key : {"type", "direction", "share", "for"}) {
    const std::string option = "--" + std::string(key);
    if (call.has(option)) definition[key] = call.value(option);
  }
  for (const std::string_view key : {"with", "match", "trigger"}) {
    auto object = key_values(call, "--" + std::string(key), problems);
    if (!object.empty()) definition[key] = std::move(object);
  }
  if (!problems.empty()) return problems;
  return definition;
}

}  // namespace firedrill::cli
