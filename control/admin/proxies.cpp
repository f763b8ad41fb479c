// /v1/proxies: the interpositions. Nothing here tells of faults, so viewers may look.

#include "control/admin/endpoint.h"
#include "control/admin/schema.h"
#include "control/admin/show.h"

namespace firedrill::admin {
namespace {

const QueryKey kReason{"reason", "Why, for the journal."};

Response one(const Api& api, const std::string& name, unsigned status = 200) {
  const Proxy* proxy = api.store.find_proxy(name);
  if (proxy == nullptr) return not_found("there is no proxy \"" + name + "\"");
  return Response::json(show(*proxy), status);
}

Response list(const Api& api, const Request&) {
  return Response::json({{"proxies", show_proxies(api.store)}});
}

Response get(const Api& api, const Request& request) {
  return one(api, std::string(request.param("name")));
}

Response put(const Api& api, const Request& request) {
  const auto body = parse_body(request);
  if (body.has_error()) return body.error();
  const std::string name(request.param("name"));
  const bool known = api.store.find_proxy(name) != nullptr;
  const auto done = api.store.put_proxy(name, *body, actor_of(request));
  return done.has_error() ? refuse(done.error()) : one(api, name, known ? 200 : 201);
}

Response patch(const Api& api, const Request& request) {
  const auto body = parse_body(request);
  if (body.has_error()) return body.error();
  const std::string name(request.param("name"));
  const auto done = api.store.patch_proxy(name, *body, actor_of(request));
  return done.has_error() ? refuse(done.error()) : one(api, name);
}

Response remove(const Api& api, const Request& request) {
  const auto done = api.store.remove_proxy(std::string(request.param("name")), actor_of(request));
  return done.has_error() ? refuse(done.error()) : Response::no_content();
}

}  // namespace

void add_proxies(Endpoints& endpoints, const Api& api) {
  const std::string kOne = "/v1/proxies/{name}";
  endpoints.push_back({.route = {.method = Verb::get,
                                 .pattern = "/v1/proxies",
                                 .handler = bind(api, list),
                                 .role = Role::viewers},
                       .summary = "Lists the proxies.",
                       .answer = schema::list_of("proxies", "Proxy")});
  endpoints.push_back({.route = {.method = Verb::get,
                                 .pattern = kOne,
                                 .handler = bind(api, get),
                                 .role = Role::viewers},
                       .summary = "Shows a proxy.",
                       .statuses = {200, 404},
                       .answer = schema::ref("Proxy")});
  endpoints.push_back(
      {.route = {.method = Verb::put, .pattern = kOne, .handler = bind(api, put)},
       .summary = "Makes a proxy, or replaces it; sessions go on if its address stays.",
       .statuses = {200, 201, 400, 409, 422},
       .answer = schema::ref("Proxy"),
       .body = schema::ref("ProxyDefinition"),
       .query = {kReason}});
  endpoints.push_back(
      {.route = {.method = Verb::patch, .pattern = kOne, .handler = bind(api, patch)},
       .summary = "Edits a proxy.",
       .statuses = {200, 400, 404, 409, 422},
       .answer = schema::ref("Proxy"),
       .body = schema::merge_patch(),
       .query = {kReason}});
  endpoints.push_back(
      {.route = {.method = Verb::delete_, .pattern = kOne, .handler = bind(api, remove)},
       .summary = "Removes a proxy that no fault names; its sessions may end in peace.",
       .statuses = {204, 404, 409},
       .query = {kReason}});
}

}  // namespace firedrill::admin
