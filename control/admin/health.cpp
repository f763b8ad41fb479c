// /livez, /healthz and /readyz: for orchestrators, in the words that any service has.

#include "control/admin/endpoint.h"

namespace firedrill::admin {
namespace {

Response alive(const Request&) {
  return Response::json({{"status", "ok"}});
}

Response ready(const Api& api, const Request&) {
  if (!api.ready()) return error(503, "not_ready", "shutting down");
  return Response::json({{"status", "ok"}});
}

}  // namespace

void add_health(Endpoints& endpoints, const Api& api) {
  const boost::json::object answer{{"type", "object"},
                                   {"properties", {{"status", {{"type", "string"}}}}}};
  const auto add = [&](std::string pattern, Handler handler, std::string summary,
                       std::vector<unsigned> statuses) {
    endpoints.push_back({.route = {.method = Verb::get,
                                   .pattern = std::move(pattern),
                                   .handler = std::move(handler),
                                   .role = Role::anybody},
                         .summary = std::move(summary),
                         .statuses = std::move(statuses),
                         .answer = answer});
  };
  add("/livez", alive, "Says that the process is alive.", {200});
  add("/healthz", alive, "The same, under its older name.", {200});
  add("/readyz", bind(api, ready), "Says whether to send traffic here.", {200, 503});
}

}  // namespace firedrill::admin
