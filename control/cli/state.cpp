// firedrill config, reload, events.

#include "control/admin/client.h"
#include "control/cli/api.h"
#include "control/cli/commands.h"
#include "control/cli/json_text.h"

#include <ostream>

namespace firedrill::cli {
namespace {

Exit show_config(const Invocation& call) {
  const auto reply = get(call, "/v1/config");
  if (!reply) return refused(call, reply.error());
  return show(call, *reply, pretty(*reply));
}

Exit reload(const Invocation& call) {
  const auto reply = post(call, "/v1/reload", boost::json::object());
  if (!reply) return refused(call, reply.error());
  std::string text = "the configuration is reloaded\n";
  const auto* object = reply->if_object();
  const auto* kept = object == nullptr ? nullptr : object->if_contains("after_restart");
  if (kept != nullptr) {
    for (const auto& key : entries(*kept, "")) text += cell(key) + " changes only at a restart\n";
  }
  return show(call, *reply, text);
}

// "2026-11-22T18:30:00Z  fault.enable  slow  by local: drill 7" of a change as the journal has it.
std::string line_of(const admin::Event& event) {
  const auto json = value_of(event.data);
  const auto* change = json.if_object();
  if (event.name != "change" || change == nullptr) return event.name + "  " + event.data;
  const std::string reason = cell(*change, "reason");
  return cell(*change, "time") + "  " + cell(*change, "what") + "  " + cell(*change, "subject") +
         "  by " + cell(*change, "who") + (reason.empty() ? "" : ": " + reason);
}

Exit follow_events(const Invocation& call) {
  const auto client = client_for(call);
  if (!client) return refused(call, client.error());
  const bool all = call.has("--all");
  const bool json = call.has("--json");
  const auto reply = client->follow("/v1/events", [&](const admin::Event& event) {
    if (event.name != "change" && !all) return admin::Client::Follow::on;
    call.out() << (json ? event.data : line_of(event)) << std::endl;
    return call.out() ? admin::Client::Follow::on : admin::Client::Follow::stop;
  });
  if (!reply) return refused(call, reply.error());
  if (!reply->ok()) return refused(call, {{"", reply->error()}});
  return Exit::done;
}

}  // namespace

std::vector<Command> state_commands() {
  return {
      {.name = "config",
       .summary = "shows the configuration that is in force",
       .options = with_api_options({}),
       .run = show_config},
      {.name = "reload",
       .summary = "reads the configuration file again; a wrong one changes nothing",
       .options = with_api_options({}),
       .run = reload},
      {.name = "events",
       .summary = "follows what changes, one line each, until interrupted",
       .options =
           with_api_options({{.name = "--all",
                              .value = {},
                              .help = "also the state at the start, and counters each second"}}),
       .run = follow_events},
  };
}

}  // namespace firedrill::cli
