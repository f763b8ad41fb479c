#include "control/cli/activation.h"

#include "control/cli/json_text.h"

namespace firedrill::cli {
namespace {

boost::json::object body_of(const Invocation& call, std::initializer_list<std::string_view> keys) {
  boost::json::object body;
  for (const std::string_view key : keys) {
    const std::string option = "--" + std::string(key);
    if (call.has(option)) body[key] = call.value(option);
  }
  return body;
}

}  // namespace

std::vector<Option> activation_options() {
  return {
      {.name = "--for",
       .value = "DURATION",
       .help = "ends it by itself after this: 30s, 10m; else after its own `for`, or the default"},
      {.name = "--lease",
       .value = "DURATION",
       .help = "ends it after this unless it is enabled again before: for controllers"},
      reason_option()};
}

boost::json::object activation_of(const Invocation& call) {
  return body_of(call, {"for", "lease", "reason"});
}

Option reason_option() {
  return {.name = "--reason", .value = "TEXT", .help = "why, for the journal"};
}

boost::json::object reason_of(const Invocation& call) {
  return body_of(call, {"reason"});
}

std::string healing_of(const boost::json::value& reply) {
  const auto* shown = reply.if_object();
  const std::string moment = shown == nullptr ? "" : cell(*shown, "healed_by");
  return moment.empty() ? "" : "clients will have healed by " + moment + "\n";
}

}  // namespace firedrill::cli
