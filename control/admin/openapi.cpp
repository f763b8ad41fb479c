// /openapi.json: the API's description of itself, generated from the endpoints.

#include "control/admin/endpoint.h"
#include "control/admin/schema.h"

#include <boost/beast/http/status.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cctype>

namespace firedrill::admin {
namespace {

using boost::json::object;

std::string lower_name(Verb method) {
  const auto name = boost::beast::http::to_string(method);
  std::string lower(name.data(), name.size());
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// "get_v1_faults_name" of GET /v1/faults/{name}.
std::string operation_id(const Route& route) {
  std::string id = lower_name(route.method);
  for (const char c : route.pattern) {
    if (c == '/' || c == '-' || c == '.') id += '_';
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) id += c;
  }
  return id;
}

boost::json::array parameters(const Endpoint& endpoint) {
  const object text{{"type", "string"}};
  boost::json::array all;
  const std::string& pattern = endpoint.route.pattern;
  for (std::size_t open = pattern.find('{'); open != std::string::npos;
       open = pattern.find('{', open + 1)) {
    const std::string name = pattern.substr(open + 1, pattern.find('}', open) - open - 1);
    all.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", text}});
  }
  for (const QueryKey& key : endpoint.query) {
    all.push_back(
        {{"name", key.name}, {"in", "query"}, {"description", key.doc}, {"schema", text}});
  }
  return all;
}

object content(std::string_view type, const object& schema) {
  return {{type, {{"schema", schema}}}};
}

object responses(const Endpoint& endpoint) {
  object all;
  for (const unsigned status : endpoint.statuses) {
    const auto reason =
        boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
    object response{{"description", std::string_view(reason.data(), reason.size())}};
    if (status >= 400) {
      response["content"] = content("application/json", schema::ref("Error"));
    } else if (!endpoint.answer.empty()) {
      response["content"] = content(endpoint.answer_type, endpoint.answer);
    }
    all[std::to_string(status)] = std::move(response);
  }
  return all;
}

object operation(const Endpoint& endpoint) {
  object described{{"operationId", operation_id(endpoint.route)}, {"summary", endpoint.summary}};
  if (auto all = parameters(endpoint); !all.empty()) described["parameters"] = std::move(all);
  if (!endpoint.body.empty()) {
    described["requestBody"] = {{"content", content("application/json", endpoint.body)}};
  }
  described["responses"] = responses(endpoint);
  if (endpoint.route.role == Role::anybody) described["security"] = boost::json::array();
  return described;
}

object document(const Endpoints& endpoints) {
  object paths;
  for (const Endpoint& endpoint : endpoints) {
    auto& path = paths[endpoint.route.pattern];
    if (!path.is_object()) path.emplace_object();
    path.as_object()[lower_name(endpoint.route.method)] = operation(endpoint);
  }
  const object token{{"type", "http"}, {"scheme", "bearer"}};
  object document{{"openapi", "3.1.0"}};
  document["info"] = {{"title", "firedrill admin API"}, {"version", FIREDRILL_VERSION}};
  document["security"] = boost::json::array{object{{"token", boost::json::array()}}};
  document["paths"] = std::move(paths);
  document["components"] = {{"schemas", schema::components()},
                            {"securitySchemes", {{"token", token}}}};
  return document;
}

}  // namespace

void add_openapi(Endpoints& endpoints) {
  endpoints.push_back({.route = operators_only(Verb::get, "/openapi.json", Handler()),
                       .summary = "This description.",
                       .answer = {{"type", "object"}}});
  endpoints.back().route.handler = [text = boost::json::serialize(document(endpoints)) +
                                           '\n'](const Request&) { return Response{.body = text}; };
}

}  // namespace firedrill::admin
