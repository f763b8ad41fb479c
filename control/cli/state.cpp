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

Exit follow_events(const Invocation& call) {
  const auto client = client_for(call);
  if (!client) return refused(call, client.error());
  const bool all = call.has("--all");
  const auto reply = client->follow("/v1/events", [&](const admin::Event& event) {
    if (event.name == "stats" && !all) return admin::Client::Follow::on;
    if (call.has("--json")) {
      call.out() << event.data << std::endl;
    } else {
      call.out() << event.name << "  " << event.data << std::endl;
    }
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
       .options = with_api_options(
           {{.name = "--all", .value = {}, .help = "also the counters, each second"}}),
       .run = follow_events},
  };
}

}  // namespace firedrill::cli
