// firedrill halt, unlock.

#include "control/cli/activation.h"
#include "control/cli/api.h"
#include "control/cli/commands.h"

namespace firedrill::cli {
namespace {

Exit halt(const Invocation& call) {
  auto body = reason_of(call);
  if (call.has("--lock")) body["lock"] = true;
  const auto reply = post(call, "/v1/halt", body);
  if (!reply) return refused(call, reply.error());
  const std::string lock = call.has("--lock") ? "; none can be enabled until firedrill unlock" : "";
  return show(call, *reply, "no fault is active" + lock + "\n");
}

Exit unlock(const Invocation& call) {
  const auto reply = post(call, "/v1/unlock", reason_of(call));
  if (!reply) return refused(call, reply.error());
  return show(call, *reply, "faults can be enabled again\n");
}

}  // namespace

std::vector<Command> safety_commands() {
  return {
      {.name = "halt",
       .summary = "ends every active fault at once",
       .options = with_api_options(
           {{.name = "--lock", .value = {}, .help = "also refuses new ones until firedrill unlock"},
            reason_option()}),
       .run = halt},
      {.name = "unlock",
       .summary = "allows faults again after halt --lock",
       .options = with_api_options({reason_option()}),
       .run = unlock},
  };
}

}  // namespace firedrill::cli
