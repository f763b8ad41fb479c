#include "control/admin/routes.h"

#include "control/admin/endpoint.h"

#include <utility>

namespace firedrill::admin {

void add_routes(Router& router, Api api) {
  Endpoints endpoints;
  add_proxies(endpoints, api);
  add_faults(endpoints, api);
  add_profiles(endpoints, api);
  add_halt(endpoints, api);
  add_explain(endpoints, api);
  add_config(endpoints, api);
  add_stats(endpoints, api);
  add_live(endpoints, api);
  add_journal(endpoints, api);
  add_fault_types(endpoints);
  add_metrics(endpoints, api);
  add_health(endpoints, api);
  add_openapi(endpoints);
  for (Endpoint& endpoint : endpoints) router.add(std::move(endpoint.route));
}

Handler bind(Api api, ApiHandler handler) {
  return [api = std::move(api), handler](const Request& request) { return handler(api, request); };
}

Route operators_only(Verb method, std::string pattern, Handler handler) {
  return {.method = method,
          .pattern = std::move(pattern),
          .handler = std::move(handler),
          .role = Role::operators,
          .denial = Denial::hidden};
}

}  // namespace firedrill::admin
