// /v1/profiles: sets of faults that are switched as one.

#include "control/admin/endpoint.h"
#include "control/admin/schema.h"
#include "control/admin/show.h"

#include <algorithm>

namespace firedrill::admin {
namespace {

// Of a profile that the store has just acted on.
Response one(const Api& api, std::string_view name) {
  const auto& profiles = api.store.profiles();
  const auto profile = std::ranges::find(profiles, name, &ProfileConfig::name);
  return Response::json(show(*profile, api.store, Moment::read()));
}

Response list(const Api& api, const Request&) {
  return Response::json({{"profiles", show_profiles(api.store, Moment::read())}});
}

Response enable(const Api& api, const Request& request) {
  const auto body = read_body<EnableBody>(request);
  if (body.has_error()) return body.error();
  const std::string name(request.param("name"));
  const auto done =
      api.store.enable_profile(name, body->activation(), actor_of(request, body->reason));
  return done.has_error() ? refuse(done.error()) : one(api, name);
}

Response disable(const Api& api, const Request& request) {
  const auto body = read_body<Because>(request);
  if (body.has_error()) return body.error();
  const std::string name(request.param("name"));
  const auto done = api.store.disable_profile(name, actor_of(request, body->reason));
  return done.has_error() ? refuse(done.error()) : one(api, name);
}

}  // namespace

void add_profiles(Endpoints& endpoints, const Api& api) {
  const std::string kOne = "/v1/profiles/{name}";
  endpoints.push_back({.route = operators_only(Verb::get, "/v1/profiles", bind(api, list)),
                       .summary = "Lists the profiles.",
                       .answer = schema::list_of("profiles", "Profile")});
  endpoints.push_back({.route = operators_only(Verb::post, kOne + "/enable", bind(api, enable)),
                       .summary = "Activates all faults of a profile, or none.",
                       .statuses = {200, 400, 404, 409, 422},
                       .answer = schema::ref("Profile"),
                       .body = EnableBody::params().schema()});
  endpoints.push_back({.route = operators_only(Verb::post, kOne + "/disable", bind(api, disable)),
                       .summary = "Ends all faults of a profile.",
                       .statuses = {200, 400, 404, 422},
                       .answer = schema::ref("Profile"),
                       .body = Because::params().schema()});
}

}  // namespace firedrill::admin
