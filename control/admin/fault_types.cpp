// /v1/fault-types: what can be broken, and with which parameters.

#include "control/admin/endpoint.h"
#include "proxy/fault/registry.h"

#include <boost/json/array.hpp>

namespace firedrill::admin {
namespace {

boost::json::object describe(const FaultType& type) {
  boost::json::object shown{{"type", type.name},
                            {"family", name_of(type.family)},
                            {"summary", type.summary},
                            {"reaches_upstream", type.reaches_upstream},
                            {"client_sees", type.client_sees}};
  shown["direction"] = type.directed ? boost::json::value(name_of(type.direction)) : nullptr;
  boost::json::array ramps;
  for (const std::string_view name : type.ramps) {
    if (!name.empty()) ramps.emplace_back("with." + std::string(name));
  }
  shown["ramps"] = std::move(ramps);
  shown["with"] = type.schema();
  return shown;
}

Response list(const Request&) {
  boost::json::array types;
  for (const FaultType* type : fault_types()) types.push_back(describe(*type));
  return Response::json({{"types", std::move(types)}});
}

boost::json::object list_schema() {
  boost::json::object properties{
      {"direction",
       {{"description", "The default; null where `direction` may not be configured."}}},
      {"ramps",
       {{"type", "array"},
        {"items", {{"type", "string"}}},
        {"description", "What a ramp can move, besides the share."}}},
      {"with", {{"type", "object"}, {"description", "JSON Schema of the type's parameters."}}}};
  for (const char* key : {"type", "family", "summary", "reaches_upstream", "client_sees"}) {
    properties[key] = {{"type", "string"}};
  }
  const boost::json::object type{{"type", "object"}, {"properties", std::move(properties)}};
  const boost::json::object types{{"type", "array"}, {"items", type}};
  return {{"type", "object"}, {"properties", {{"types", types}}}};
}

}  // namespace

void add_fault_types(Endpoints& endpoints) {
  endpoints.push_back({.route = operators_only(Verb::get, "/v1/fault-types", list),
                       .summary = "Describes every type of fault and its parameters.",
                       .answer = list_schema()});
}

}  // namespace firedrill::admin
