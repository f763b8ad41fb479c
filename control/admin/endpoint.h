#pragma once

#include "control/admin/api.h"
#include "control/admin/call.h"
#include "control/admin/router.h"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace firedrill::admin {

// A key that may stand in the query.
struct QueryKey {
  std::string name;
  std::string doc;
};

// A route together with what the API says of it in its own description. Routes are added in no
// other way, so that the description names each of them and nothing else.
struct Endpoint {
  Route route;
  std::string summary;
  std::vector<unsigned> statuses = {200};
  boost::json::object answer = {};  // JSON Schema of the body of a success; empty when it has none
  boost::json::object body = {};    // JSON Schema of the request's body; empty when it takes none
  std::vector<QueryKey> query = {};
  std::string answer_type = "application/json";
};
using Endpoints = std::vector<Endpoint>;

using ApiHandler = Response (*)(const Api&, const Request&);
Handler bind(Api api, ApiHandler handler);

// A route that seems not to exist to whoever is no operator: what it shows or does would tell that
// something is being injected.
Route operators_only(Verb method, std::string pattern, Handler handler);

// The groups, a file each.
void add_proxies(Endpoints& endpoints, const Api& api);
void add_faults(Endpoints& endpoints, const Api& api);
void add_profiles(Endpoints& endpoints, const Api& api);
void add_halt(Endpoints& endpoints, const Api& api);
void add_explain(Endpoints& endpoints, const Api& api);
void add_config(Endpoints& endpoints, const Api& api);
void add_stats(Endpoints& endpoints, const Api& api);
void add_live(Endpoints& endpoints, const Api& api);
void add_journal(Endpoints& endpoints, const Api& api);
void add_fault_types(Endpoints& endpoints);
void add_metrics(Endpoints& endpoints, const Api& api);
void add_health(Endpoints& endpoints, const Api& api);
// Describes all that were added before, and itself.
void add_openapi(Endpoints& endpoints);

}  // namespace firedrill::admin
