// firedrill proxy ls, show, create, rm, enable, disable.

#include "control/cli/api.h"
#include "control/cli/commands.h"
#include "control/cli/json_text.h"
#include "control/cli/key_values.h"
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

// What one would write under `proxies:` in a configuration file, without the name.
Result<boost::json::object> definition_of_proxy(const Invocation& call) {
  Problems problems;
  boost::json::object definition = key_values(call, "--set", problems);
  definition["protocol"] = call.value("--protocol", "tcp");
  definition["listen"] = call.value("--listen", "127.0.0.1:0");
  boost::json::array upstreams;
  for (const std::string& address : call.values("--upstream")) upstreams.emplace_back(address);
  if (upstreams.empty()) problems.push_back({"--upstream", "is required"});
  if (!problems.empty()) return problems;
  if (upstreams.size() == 1) {
    definition["upstream"] = upstreams.front();
  } else {
    definition["upstream"] = std::move(upstreams);
  }
  return definition;
}

std::string listens(const std::string& name, const boost::json::value& proxy) {
  const auto* object = proxy.if_object();
  return name + " listens on " + (object == nullptr ? "" : cell(*object, "listen")) + "\n";
}

Exit create_proxy(const Invocation& call) {
  const std::string& name = call.arguments().front();
  const auto definition = definition_of_proxy(call);
  if (!definition) {
    refused(call, definition.error());
    return Exit::usage;
  }
  const std::string target = target_of(kProxies, name);
  if (!call.has("--replace") && get(call, target)) {
    return refused(call, {{"", "there is a proxy " + name + " already; --replace replaces it"}});
  }
  const auto made = put(call, target, *definition);
  if (!made) return refused(call, made.error());
  return show(call, *made, listens(name, *made));
}

Exit remove_proxies(const Invocation& call) {
  for (const std::string& name : call.arguments()) {
    const auto reply = remove(call, target_of(kProxies, name));
    if (!reply) return refused(call, reply.error());
    show(call, *reply, name + " is removed\n");
  }
  return Exit::done;
}

Exit enable_proxies(const Invocation& call) {
  for (const std::string& name : call.arguments()) {
    const auto reply = patch(call, target_of(kProxies, name), {{"enabled", true}});
    if (!reply) return refused(call, reply.error());
    show(call, *reply, listens(name, *reply));
  }
  return Exit::done;
}

Exit disable_proxies(const Invocation& call) {
  for (const std::string& name : call.arguments()) {
    const auto reply = patch(call, target_of(kProxies, name), {{"enabled", false}});
    if (!reply) return refused(call, reply.error());
    show(call, *reply, name + " does not listen any more\n");
  }
  return Exit::done;
}

Command create_command() {
  return {
      .name = "proxy create",
      .summary = "adds a proxy to those that are configured, until the next restart or reload",
      .arguments = {{.name = "NAME", .help = "the proxy"}},
      .options = with_api_options(
          {{.name = "--protocol", .value = "PROTOCOL", .help = "tcp (the default), http or dns"},
           {.name = "--listen",
            .value = "ADDRESS",
            .help = "where clients connect; port 0 picks a free one, which is the default"},
           {.name = "--upstream",
            .value = "ADDRESS",
            .help = "where traffic goes: host:port; may be repeated"},
           {.name = "--set",
            .value = "KEY=VALUE",
            .help = "another key of a proxy: idle_timeout=1h; may be repeated"},
           {.name = "--replace", .value = {}, .help = "replaces a proxy of this name"}}),
      .run = create_proxy,
      .details =
          "  firedrill proxy create redis --listen 127.0.0.1:26379 --upstream "
          "redis.staging:6379\n"
          "  firedrill proxy create shop --protocol http --upstream 10.0.0.5:8080 \\\n"
          "      --set response_timeout=30s"};
}

}  // namespace

std::vector<Command> proxy_commands() {
  const Argument many{
      .name = "NAME", .help = "the proxies", .count = Argument::Count::at_least_one};
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
      create_command(),
      {.name = "proxy rm",
       .summary = "removes proxies to which no fault refers",
       .arguments = {many},
       .options = with_api_options({}),
       .run = remove_proxies},
      {.name = "proxy enable",
       .summary = "lets disabled proxies listen again",
       .arguments = {many},
       .options = with_api_options({}),
       .run = enable_proxies},
      {.name = "proxy disable",
       .summary = "closes the listeners of proxies",
       .arguments = {many},
       .options = with_api_options({}),
       .run = disable_proxies},
  };
}

}  // namespace firedrill::cli
