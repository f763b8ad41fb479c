// firedrill profile ls, enable, disable.

#include "control/cli/activation.h"
#include "control/cli/api.h"
#include "control/cli/commands.h"
#include "control/cli/json_text.h"
#include "control/cli/table.h"

namespace firedrill::cli {
namespace {

constexpr std::string_view kProfiles = "/v1/profiles";

Exit list_profiles(const Invocation& call) {
  const auto reply = get(call, std::string(kProfiles));
  if (!reply) return refused(call, reply.error());
  Table table({"NAME", "STATE", "FAULTS"});
  for (const auto& entry : entries(*reply, "profiles")) {
    const auto& profile = entry.as_object();
    table.add({cell(profile, "name"), cell(profile, "active") == "true" ? "active" : "off",
               joined(entries(entry, "faults"))});
  }
  return show(call, *reply, table.text());
}

Exit switch_profile(const Invocation& call, std::string_view action,
                    const boost::json::object& body) {
  const std::string& name = call.arguments().front();
  const auto reply = post(call, target_of(kProfiles, name) + "/" + std::string(action), body);
  if (!reply) return refused(call, reply.error());
  std::string text = name;
  text.append(action == "enable" ? " is active\n" : " is off\n");
  return show(call, *reply, text.append(healing_of(*reply)));
}

Exit enable_profile(const Invocation& call) {
  return switch_profile(call, "enable", activation_of(call));
}

Exit disable_profile(const Invocation& call) {
  return switch_profile(call, "disable", reason_of(call));
}

}  // namespace

std::vector<Command> profile_commands() {
  const Argument one{.name = "NAME", .help = "the profile"};
  return {
      {.name = "profile ls",
       .summary = "lists the profiles and their faults",
       .options = with_api_options({}),
       .run = list_profiles},
      {.name = "profile enable",
       .summary = "makes all faults of a profile active, or none of them",
       .arguments = {one},
       .options = with_api_options(activation_options()),
       .run = enable_profile},
      {.name = "profile disable",
       .summary = "ends all faults of a profile",
       .arguments = {one},
       .options = with_api_options({reason_option()}),
       .run = disable_profile},
  };
}

}  // namespace firedrill::cli
