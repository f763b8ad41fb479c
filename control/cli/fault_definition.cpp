#include "control/cli/fault_definition.h"

#include "control/cli/json_text.h"

namespace firedrill::cli {
namespace {

// `key=value` texts as an object.
boost::json::object pairs(const Invocation& call, std::string_view option, Problems& problems) {
  boost::json::object object;
  for (const std::string& text : call.values(option)) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      problems.push_back({std::string(option), "must be key=value, not \"" + text + "\""});
      continue;
    }
    const std::string key = text.substr(0, equals);
    auto value = value_of(text.substr(equals + 1));
    auto* earlier = object.if_contains(key);
    if (earlier == nullptr) {
      object[key] = std::move(value);
    } else if (earlier->is_array()) {
      earlier->get_array().push_back(std::move(value));
    } else {
      *earlier = boost::json::array{std::move(*earlier), std::move(value)};
    }
  }
  return object;
}

}  // namespace

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
    auto object = pairs(call, "--" + std::string(key), problems);
    if (!object.empty()) definition[key] = std::move(object);
  }
  if (!problems.empty()) return problems;
  return definition;
}

}  // namespace firedrill::cli
