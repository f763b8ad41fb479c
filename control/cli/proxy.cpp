// firedrill proxy ls, proxy show.

#include "control/cli/api.h"
#include "control/cli/commands.h"
#include "control/cli/json_text.h"
#include "control/cli/table.h"

namespace firedrill::cli {
namespace {

constexpr std::string_view kProxies = "/v1/proxies";

Exit list_proxies(const Invocation& call) {
  const auto reply = get(call, std::string(kProxies));
  if (!reply) return refused(call, reply.error());
  Table table({"NAME", "PROTOCOL", "LISTEN", "UPSTREAM", "ENABLED"});
  for (const auto& entry : entries(*reply, "proxies")) {
    const auto& proxy = entry.as_object();
    table.add({cell(proxy, "name"), cell(proxy, "protocol"), cell(proxy, "listen"),
               cell(proxy, "upstream"), cell(proxy, "enabled") == "false" ? "no" : "yes"});
  }
  return show(call, *reply, table.text());
}

Exit show_proxy(const Invocation& call) {
  const auto reply = get(call, target_of(kProxies, call.arguments().front()));
  if (!reply) return refused(call, reply.error());
  return show(call, *reply, pretty(*reply));
}

}  // namespace

std::vector<Command> proxy_commands() {
  return {
      {.name = "proxy ls",
       .summary = "lists the proxies",
       .options = with_api_options({}),
       .run = list_proxies},
      {.name = "proxy show",
       .summary = "shows one proxy",
       .arguments = {{.name = "NAME", .help = "the proxy"}},
       .options = with_api_options({}),
       .run = show_proxy},
  };
}

}  // namespace firedrill::cli
