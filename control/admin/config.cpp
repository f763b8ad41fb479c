// /v1/config and /v1/reload: what is in effect, and reading it anew.

#include "control/admin/endpoint.h"

#include <boost/json/array.hpp>

namespace firedrill::admin {
namespace {

Response get(const Api& api, const Request&) {
  const Store& store = api.store;
  boost::json::object config = settings_json(store.config());
  boost::json::array proxies;
  for (const Proxy& proxy : store.proxies()) proxies.push_back(to_json(proxy.definition));
  boost::json::array faults;
  for (const Fault& fault : store.faults()) faults.push_back(to_json(fault.config->definition));
  boost::json::array profiles;
  for (const ProfileConfig& profile : store.profiles()) {
    boost::json::array names;
    for (const std::string& name : profile.faults) names.emplace_back(name);
    profiles.push_back({{"name", profile.name}, {"faults", std::move(names)}});
  }
  config["proxies"] = std::move(proxies);
  config["faults"] = std::move(faults);
  config["profiles"] = std::move(profiles);
  return Response::json(config);
}

Response reload(const Api& api, const Request& request) {
  const auto body = read_body<Because>(request);
  if (body.has_error()) return body.error();
  const auto kept = api.reload(actor_of(request, body->reason));
  if (kept.has_error()) return refuse(kept.error());
  boost::json::array after_restart;
  for (const std::string& setting : *kept) after_restart.emplace_back(setting);
  return Response::json(boost::json::object{{"after_restart", std::move(after_restart)}});
}

}  // namespace

void add_config(Endpoints& endpoints, const Api& api) {
  endpoints.push_back({.route = operators_only(Verb::get, "/v1/config", bind(api, get)),
                       .summary = "Shows the configuration that is in effect.",
                       .answer = {{"type", "object"}}});
  endpoints.push_back(
      {.route = operators_only(Verb::post, "/v1/reload", bind(api, reload)),
       .summary = "Reads the configuration's files again; a mistake in them changes nothing.",
       .statuses = {200, 400, 409, 422},
       .answer = {{"type", "object"}},
       .body = Because::params().schema()});
}

}  // namespace firedrill::admin
