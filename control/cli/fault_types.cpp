// firedrill fault types: the reference, from what each type declares of itself.

#include "control/cli/commands.h"
#include "control/cli/json_text.h"
#include "control/cli/table.h"
#include "proxy/core/fields.h"
#include "proxy/fault/registry.h"

#include <algorithm>
#include <ostream>

namespace firedrill::cli {
namespace {

boost::json::object describe(const FaultType& type) {
  return {{"type", type.name},
          {"family", name_of(type.family)},
          {"summary", type.summary},
          {"reaches_upstream", type.reaches_upstream},
          {"client_sees", type.client_sees},
          {"direction", type.directed ? boost::json::value(name_of(type.direction)) : nullptr},
          {"with", type.schema()}};
}

std::string default_of(const boost::json::object& parameter, bool required) {
  if (required) return "required";
  const std::string fallback = cell(parameter, "default");
  return fallback.empty() ? "" : "default " + fallback;
}

std::string parameters_of(const FaultType& type) {
  const auto schema = type.schema();
  const auto& properties = schema.at("properties").as_object();
  if (properties.empty()) return "It has no parameters.\n";
  const auto* required = schema.if_contains("required");
  Table table;
  for (const auto& [key, value] : properties) {
    const bool needed =
        required != nullptr && std::ranges::find(required->as_array(), boost::json::value(key)) !=
                                   required->as_array().end();
    const auto& parameter = value.as_object();
    table.add(
        {"  " + std::string(key), default_of(parameter, needed), cell(parameter, "description")});
  }
  return "with:\n" + table.text();
}

std::string reference_of(const FaultType& type) {
  Table table;
  const auto row = [&](std::string head, std::string_view text) {
    table.add({std::move(head), std::string(text)});
  };
  row("effect", type.summary);
  row("reaches the upstream", type.reaches_upstream);
  row("a client sees", type.client_sees);
  if (type.directed) {
    row("direction", "request, response or both; default " + std::string(name_of(type.direction)));
  }
  return std::string(type.name) + "\n\n" + table.text() + "\n" + parameters_of(type);
}

Exit list_all(const Invocation& call) {
  Table table({"TYPE", "EFFECT"});
  boost::json::array all;
  for (const FaultType* type : fault_types()) {
    table.add({std::string(type->name), std::string(type->summary)});
    all.push_back(describe(*type));
  }
  const boost::json::object json{{"types", std::move(all)}};
  call.out() << (call.has("--json") ? pretty(json) : table.text());
  return Exit::done;
}

Exit explain_types(const Invocation& call) {
  if (call.arguments().empty()) return list_all(call);
  const std::string& name = call.arguments().front();
  const FaultType* type = find_fault_type(name);
  if (type == nullptr) {
    call.err() << "firedrill: no fault type \"" << name << '"'
               << suggestion(name, fault_type_names()) << '\n';
    return Exit::failed;
  }
  call.out() << (call.has("--json") ? pretty(describe(*type)) : reference_of(*type));
  return Exit::done;
}

}  // namespace

std::vector<Command> fault_type_commands() {
  return {{.name = "fault types",
           .summary = "explains every type of fault, or one with all its parameters",
           .arguments = {{.name = "TYPE",
                          .help = "such as http.status",
                          .count = Argument::Count::at_most_one}},
           .options = {{.name = "--json", .value = {}, .help = "with parameters as JSON Schema"}},
           .run = explain_types}};
}

}  // namespace firedrill::cli
