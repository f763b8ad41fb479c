// firedrill explain.

#include "control/cli/api.h"
#include "control/cli/commands.h"
#include "control/cli/json_text.h"
#include "control/cli/table.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::cli {
namespace {

using Key = std::pair<std::string_view, const char*>;

constexpr std::array kRequest{Key{"--method", "method"}, Key{"--path", "path"},
                              Key{"--host", "host"}};
constexpr std::array kQuery{Key{"--name", "name"}, Key{"--qtype", "qtype"},
                            Key{"--transport", "transport"}};
constexpr std::array kEvent{Key{"--event-type", "type"},   Key{"--event-channel", "channel"},
                            Key{"--event-id", "id"},       Key{"--payload", "payload"},
                            Key{"--event-codec", "codec"}, Key{"--event-direction", "direction"}};

// What the options of one kind say.
boost::json::object given(const Invocation& call, const auto& keys) {
  boost::json::object object;
  for (const auto& [option, key] : keys) {
    if (call.has(option)) object[key] = call.value(option);
  }
  return object;
}

// The lines of a head.
void add_lines(boost::json::object& message, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  message["headers"] = boost::json::array(lines.begin(), lines.end());
}

// The reply to a query.
boost::json::object reply_of(const Invocation& call) {
  boost::json::object reply;
  if (call.has("--rcode")) reply["rcode"] = call.value("--rcode");
  const std::vector<std::string> records = call.values("--record");
  if (!records.empty()) reply["records"] = boost::json::array(records.begin(), records.end());
  return reply;
}

boost::json::object question_of(const Invocation& call) {
  boost::json::object request = given(call, kRequest);
  boost::json::object response;
  if (call.has("--status")) response["status"] = value_of(call.value("--status"));
  boost::json::object reply = reply_of(call);
  boost::json::object query = given(call, kQuery);
  boost::json::object event = given(call, kEvent);
  add_lines(request, call.values("--header"));
  add_lines(response, call.values("--response-header"));
  add_lines(event, call.values("--event-header"));

  boost::json::object question{{"proxy", call.arguments().front()}};
  const char* kind = "connection";
  boost::json::object about;
  if (!request.empty() || !response.empty()) {
    kind = "request";
    about = std::move(request);
  } else if (!query.empty() || !reply.empty()) {
    kind = "query";
    about = std::move(query);
  }
  if (call.has("--source")) about["source"] = call.value("--source");
  question[kind] = std::move(about);
  if (!response.empty()) question["response"] = std::move(response);
  if (!reply.empty()) question["response"] = std::move(reply);
  if (!event.empty()) question["event"] = std::move(event);
  return question;
}

// "hit", or why not: "match (match.path)".
std::string verdict_of(const boost::json::object& fault) {
  if (cell(fault, "hit") == "true") return "hit";
  const std::string field = cell(fault, "field");
  return cell(fault, "reason") + (field.empty() ? "" : " (" + field + ")");
}

Exit explain(const Invocation& call) {
  const auto reply = post(call, "/v1/explain", question_of(call));
  if (!reply) return refused(call, reply.error());
  Table table({"FAULT", "TYPE", "STATE", "VERDICT"});
  for (const auto& entry : entries(*reply, "faults")) {
    const auto& fault = entry.as_object();
    table.add({cell(fault, "fault"), cell(fault, "type"),
               cell(fault, "active") == "true" ? "active" : "off", verdict_of(fault)});
  }
  return show(call, *reply, table.text());
}

}  // namespace

std::vector<Command> explain_commands() {
  const Argument proxy{.name = "PROXY", .help = "the proxy that it would come to"};
  return {
      {.name = "explain",
       .summary = "tells which faults would hit something, and why the others would not",
       .arguments = {proxy},
       .options = with_api_options({
           {.name = "--source", .value = "ADDRESS", .help = "the client's; 127.0.0.1"},
           {.name = "--method", .value = "METHOD", .help = "of a request; GET"},
           {.name = "--path", .value = "PATH", .help = "of a request; /"},
           {.name = "--host", .value = "HOST", .help = "of a request; localhost"},
           {.name = "--header", .value = "LINE", .help = "of a request, \"Name: value\""},
           {.name = "--status", .value = "CODE", .help = "of the response to it; 200"},
           {.name = "--response-header", .value = "LINE", .help = "of the response"},
           {.name = "--name", .value = "NAME", .help = "of a dns query"},
           {.name = "--qtype", .value = "TYPE", .help = "of a dns query; A"},
           {.name = "--transport", .value = "udp|tcp", .help = "of a dns query; udp"},
           {.name = "--rcode", .value = "CODE", .help = "of the reply to it; NOERROR"},
           {.name = "--record", .value = "TEXT", .help = "of that reply, \"A 10.0.0.1\""},
           {.name = "--event-type", .value = "TYPE", .help = "of an event of a stream"},
           {.name = "--event-channel", .value = "NAME", .help = "its topic or subject"},
           {.name = "--event-id", .value = "ID", .help = "of an event; a match's key"},
           {.name = "--event-header", .value = "LINE", .help = "of an event"},
           {.name = "--payload", .value = "TEXT", .help = "of an event"},
           {.name = "--event-codec",
            .value = "NAME",
            .help = "what reads it on an http proxy; that of its Content-Type, or sse"},
           {.name = "--event-direction", .value = "request|response", .help = "response"},
       }),
       .run = explain,
       .details =
           "Without options of a request, response or query it is about a connection;\n"
           "an event on it comes in what a tcp proxy's codec reads, or in the response\n"
           "to a plain request. A match that asks for the response is decided when --status or\n"
           "--response-header tell of one, for a query when --rcode or --record do.\n"
           "Nothing is counted or used up.\n"}};
}

}  // namespace firedrill::cli
