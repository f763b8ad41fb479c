#include "control/admin/schema.h"

#include "control/config/config.h"

#include <boost/json/array.hpp>

#include <algorithm>
#include <string>

namespace firedrill::admin::schema {
namespace {

using boost::json::object;

object of_type(std::string_view type, std::string_view doc) {
  return {{"type", type}, {"description", doc}};
}

// A definition as the body of a PUT: the name stands in the path already.
object definition(object schema) {
  if (auto* required = schema.if_contains("required")) {
    boost::json::array& names = required->as_array();
    names.erase(std::ranges::find(names, boost::json::value("name")));
  }
  return schema;
}

// A definition with what is added to it when it is shown.
object shown(object schema, const object& additions) {
  object& properties = schema["properties"].as_object();
  for (const auto& addition : additions)
    properties.insert_or_assign(addition.key(), addition.value());
  return schema;
}

object proxy() {
  const object counts{{"open", of_type("integer", "Open now.")},
                      {"accepted", of_type("integer", "Since the start.")}};
  return shown(ProxyConfig::schema(),
               {{"listen", of_type("string", "Where it listens, with the port that was picked.")},
                {"connections", {{"type", "object"}, {"properties", counts}}}});
}

object counters() {
  object skipped;
  for (const char* reason : {"share", "trigger", "overflow", "terminal", "spared", "format"}) {
    skipped[reason] = {{"type", "integer"}};
  }
  object properties{{"matched", of_type("integer", "What the match selected.")},
                    {"hit", of_type("integer", "What was changed.")},
                    {"would_hit", of_type("integer", "What a dry run left as it was.")}};
  properties["skipped"] = {{"type", "object"}, {"properties", std::move(skipped)}};
  return {{"type", "object"}, {"properties", std::move(properties)}};
}

object hit() {
  object properties{{"time", {{"type", "string"}, {"format", "date-time"}}},
                    {"proxy", of_type("string", "The proxy on which it was.")},
                    {"client", of_type("string", "The client's address and port.")},
                    {"method", of_type("string", "Of a request.")},
                    {"path", of_type("string", "Of a request; no more than 256 bytes of it.")},
                    {"status",
                     {{"type", boost::json::array{"integer", "null"}},
                      {"description", "That a request was answered with; null when it was not."}}},
                    {"name", of_type("string", "Of a dns query.")},
                    {"type", of_type("string", "Of a dns query, or of an event.")},
                    {"transport", of_type("string", "Of a dns query: udp or tcp.")},
                    {"id", of_type("string", "Of an event; no more than 256 bytes of it.")},
                    {"channel", of_type("string", "Of an event.")},
                    {"index", of_type("integer", "Of an event in its stream, from 1.")},
                    {"before", of_type("integer", "How long an event was, in bytes.")},
                    {"after", of_type("integer",
                                      "What it became, with all that was put beside "
                                      "it, in bytes.")}};
  return {{"type", "object"},
          {"description", "One of the last ten hits, newest first. Only one fault shows them."},
          {"properties", std::move(properties)}};
}

object healed_by() {
  return {{"type", boost::json::array{"string", "null"}},
          {"format", "date-time"},
          {"description",
           "For dns: when no client can hold a wrong answer any more, by the TTLs that were "
           "injected; null when none can now, or it is not known when the fault ends."}};
}

object fault() {
  const boost::json::array text_or_null{"string", "null"};
  const boost::json::array number_or_null{"number", "null"};
  return shown(
      fault_schema(),
      {{"active", of_type("boolean", "Whether it acts on traffic now.")},
       {"deadline",
        {{"type", text_or_null}, {"format", "date-time"}, {"description", "When it ends."}}},
       {"seconds_left", {{"type", number_or_null}, {"description", "Until it ends."}}},
       {"healed_by", healed_by()},
       {"counters", counters()},
       {"hits", {{"type", "array"}, {"items", hit()}}}});
}

object profile() {
  object properties{{"name", {{"type", "string"}}},
                    {"faults", {{"type", "array"}, {"items", {{"type", "string"}}}}},
                    {"active", of_type("boolean", "Whether all of its faults are.")},
                    {"healed_by", healed_by()}};
  return {{"type", "object"}, {"properties", std::move(properties)}};
}

object record() {
  object properties{{"number", of_type("integer", "From 1, without gaps.")},
                    {"time", {{"type", "string"}, {"format", "date-time"}}},
                    {"diff", of_type("object", "What was before and after.")}};
  for (const char* key : {"who", "from", "what", "subject", "reason"}) {
    properties[key] = {{"type", "string"}};
  }
  return {{"type", "object"}, {"properties", std::move(properties)}};
}

object error() {
  object properties{{"code", of_type("string", "For programs.")},
                    {"message", of_type("string", "For people.")},
                    {"path", of_type("string", "A JSON Pointer to the place in the body.")},
                    {"problems", of_type("array", "All that is wrong, each with its place.")}};
  object inner{{"type", "object"}, {"properties", std::move(properties)}};
  inner["required"] = boost::json::array{"code", "message"};
  return {{"type", "object"}, {"properties", {{"error", std::move(inner)}}}};
}

}  // namespace

object ref(std::string_view component) {
  return {{"$ref", "#/components/schemas/" + std::string(component)}};
}

object list_of(std::string_view key, std::string_view component) {
  object list{{"type", "array"}, {"items", ref(component)}};
  return {{"type", "object"}, {"properties", {{key, std::move(list)}}}};
}

object merge_patch() {
  return of_type("object", "A JSON merge patch (RFC 7396): null removes a key.");
}

object components() {
  return {{"ProxyDefinition", definition(ProxyConfig::schema())},
          {"Proxy", proxy()},
          {"FaultDefinition", definition(fault_schema())},
          {"Fault", fault()},
          {"Profile", profile()},
          {"Record", record()},
          {"Error", error()}};
}

}  // namespace firedrill::admin::schema
