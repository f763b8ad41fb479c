// firedrill fault ls, show, enable, disable, skip, create, rm.

#include "control/cli/activation.h"
#include "control/cli/api.h"
#include "control/cli/commands.h"
#include "control/cli/fault_definition.h"
#include "control/cli/json_text.h"
#include "control/cli/table.h"

#include <cmath>

namespace firedrill::cli {
namespace {

constexpr std::string_view kFaults = "/v1/faults";

std::string state_of(const boost::json::object& fault) {
  return cell(fault, "active") == "true" ? "active" : "off";
}

// "1h59m58s", "10m", "0s".
std::string duration_text(long seconds) {
  std::string text;
  if (seconds >= 3600) text += std::to_string(seconds / 3600) + "h";
  if (seconds / 60 % 60 != 0) text += std::to_string(seconds / 60 % 60) + "m";
  if (seconds % 60 != 0 || text.empty()) text += std::to_string(seconds % 60) + "s";
  return text;
}

// How long it stays active; "" when it is not.
std::string left_of(const boost::json::object& fault) {
  const auto* left = fault.if_contains("seconds_left");
  if (left == nullptr || !left->is_number()) return "";
  return duration_text(std::lround(left->to_number<double>()));
}

std::string proxies_of(const boost::json::object& fault) {
  const auto* proxies = fault.if_contains("proxy");
  if (proxies == nullptr || !proxies->is_array()) return cell(fault, "proxy");
  return joined(proxies->get_array());
}

std::string hits_of(const boost::json::object& fault) {
  const auto* counters = fault.if_contains("counters");
  return counters == nullptr || !counters->is_object() ? "" : cell(counters->get_object(), "hit");
}

// A line about the lock, if there is one.
std::string lock_of(const boost::json::value& list) {
  const auto* object = list.if_object();
  const auto* lock = object == nullptr ? nullptr : object->if_contains("lock");
  if (lock == nullptr || !lock->is_object()) return "";
  const std::string reason = cell(lock->get_object(), "reason");
  return "locked" + (reason.empty() ? "" : ": " + reason) + "; firedrill unlock ends it\n";
}

Exit list_faults(const Invocation& call) {
  const auto reply = get(call, std::string(kFaults));
  if (!reply) return refused(call, reply.error());
  Table table({"NAME", "STATE", "LEFT", "TYPE", "PROXY", "HIT"});
  for (const auto& entry : entries(*reply, "faults")) {
    const auto& fault = entry.as_object();
    table.add({cell(fault, "name"), state_of(fault), left_of(fault), cell(fault, "type"),
               proxies_of(fault), hits_of(fault)});
  }
  return show(call, *reply, table.text() + lock_of(*reply));
}

Exit show_fault(const Invocation& call) {
  const auto reply = get(call, target_of(kFaults, call.arguments().front()));
  if (!reply) return refused(call, reply.error());
  return show(call, *reply, pretty(*reply));
}

// Tells of each fault by itself: one that is refused keeps none of the others from being switched.
Exit switch_faults(const Invocation& call, std::string_view action,
                   const boost::json::object& body) {
  Exit exit = Exit::done;
  for (const std::string& name : call.arguments()) {
    const auto reply = post(call, target_of(kFaults, name) + "/" + std::string(action), body);
    if (!reply) {
      exit = refused(call, reply.error());
      continue;
    }
    const auto* fault = reply->if_object();
    const std::string left = fault == nullptr ? "" : left_of(*fault);
    std::string text = name;
    text.append(left.empty() ? " is off" : " is active for ").append(left).append("\n");
    show(call, *reply, text.append(healing_of(*reply)));
  }
  return exit;
}

Exit enable_faults(const Invocation& call) {
  return switch_faults(call, "enable", activation_of(call));
}

Exit disable_faults(const Invocation& call) {
  return switch_faults(call, "disable", reason_of(call));
}

Exit skip_event(const Invocation& call) {
  const std::string& name = call.arguments().front();
  boost::json::object body = reason_of(call);
  if (call.has("--id")) body["id"] = call.value("--id");
  const auto reply = post(call, target_of(kFaults, name) + "/skip", body);
  if (!reply) return refused(call, reply.error());
  const std::string which = call.has("--id") ? "event " + call.value("--id") : "the last event hit";
  return show(call, *reply, name + " lets " + which + " pass\n");
}

Exit create_fault(const Invocation& call) {
  const std::string& name = call.arguments().front();
  const auto definition = definition_of(call);
  if (!definition) {
    refused(call, definition.error());
    return Exit::usage;
  }
  const std::string target = target_of(kFaults, name);
  if (!call.has("--replace") && get(call, target)) {
    return refused(call, {{"", "there is a fault " + name + " already; --replace replaces it"}});
  }
  const auto made = put(call, target, *definition);
  if (!made) return refused(call, made.error());
  if (call.has("--enable")) return switch_faults(call, "enable", reason_of(call));
  return show(call, *made, name + " is there, and off\n");
}

Exit remove_faults(const Invocation& call) {
  Exit exit = Exit::done;
  for (const std::string& name : call.arguments()) {
    const auto reply = remove(call, target_of(kFaults, name));
    exit = reply ? show(call, *reply, name + " is removed\n") : refused(call, reply.error());
    if (exit != Exit::done) return exit;
  }
  return exit;
}

std::vector<Option> with(std::vector<Option> first, std::initializer_list<Option> second) {
  first.insert(first.end(), second);
  return first;
}

}  // namespace

std::vector<Command> fault_commands() {
  using Count = Argument::Count;
  const Argument one{.name = "NAME", .help = "the fault"};
  const Argument many{.name = "NAME", .help = "the faults", .count = Count::at_least_one};
  return {
      {.name = "fault ls",
       .summary = "lists the faults, whether they are active and for how long",
       .options = with_api_options({}),
       .run = list_faults},
      {.name = "fault show",
       .summary = "shows one fault: its definition, state and counters",
       .arguments = {one},
       .options = with_api_options({}),
       .run = show_fault},
      {.name = "fault enable",
       .summary = "breaks traffic: makes faults active until their deadline",
       .arguments = {many},
       .options = with_api_options(activation_options()),
       .run = enable_faults},
      {.name = "fault disable",
       .summary = "ends active faults at once",
       .arguments = {many},
       .options = with_api_options({reason_option()}),
       .run = disable_faults},
      {.name = "fault skip",
       .summary = "lets an event pass that a sticky fault hits each time it comes",
       .arguments = {one},
       .options = with_api_options(
           {{.name = "--id", .value = "ID", .help = "its own id; the last event hit without this"},
            reason_option()}),
       .run = skip_event},
      {.name = "fault create",
       .summary = "adds a fault to those that are configured, until the next restart or reload",
       .arguments = {one},
       .options = with_api_options(
           with(definition_options(),
                {{.name = "--enable", .value = {}, .help = "makes it active at once"},
                 {.name = "--replace", .value = {}, .help = "replaces a fault of this name"},
                 reason_option()})),
       .run = create_fault,
       .details =
           "  firedrill fault create slow --proxy shop --type http.latency --with delay=2s \\\n"
           "      --match path=/orders --share 10% --for 10m --enable\n"
           "  firedrill fault create moved --proxy dns --type dns.answer \\\n"
           "      --with 'records=[\"A 10.20.30.99\"]' --match names=payments.shop.demo\n\n"
           "A value is JSON if it reads as such, else a string; a key given twice makes a list."},
      {.name = "fault rm",
       .summary = "removes faults, ending them first",
       .arguments = {many},
       .options = with_api_options({}),
       .run = remove_faults},
  };
}

}  // namespace firedrill::cli
