// /v1/faults: what is broken, and what could be.

#include "control/admin/endpoint.h"
#include "control/admin/schema.h"
#include "control/admin/show.h"

namespace firedrill::admin {
namespace {

const QueryKey kReason{"reason", "Why, for the journal."};

Response one(const Api& api, const std::string& name, unsigned status = 200) {
  const Fault* fault = api.store.find_fault(name);
  if (fault == nullptr) return not_found("there is no fault \"" + name + "\"");
  boost::json::object shown = show(*fault, Moment::read());
  shown["hits"] = show_hits(api.store.workers().hits_of(fault->state));
  return Response::json(std::move(shown), status);
}

Response list(const Api& api, const Request&) {
  return Response::json(
      {{"faults", show_faults(api.store, Moment::read())}, {"lock", show_lock(api.store)}});
}

Response get(const Api& api, const Request& request) {
  return one(api, std::string(request.param("name")));
}

Response put(const Api& api, const Request& request) {
  const auto body = parse_body(request);
  if (body.has_error()) return body.error();
  const std::string name(request.param("name"));
  const bool known = api.store.find_fault(name) != nullptr;
  const auto done = api.store.put_fault(name, *body, actor_of(request));
  return done.has_error() ? refuse(done.error()) : one(api, name, known ? 200 : 201);
}

Response patch(const Api& api, const Request& request) {
  const auto body = parse_body(request);
  if (body.has_error()) return body.error();
  const std::string name(request.param("name"));
  const auto done = api.store.patch_fault(name, *body, actor_of(request));
  return done.has_error() ? refuse(done.error()) : one(api, name);
}

Response remove(const Api& api, const Request& request) {
  const auto done = api.store.remove_fault(std::string(request.param("name")), actor_of(request));
  return done.has_error() ? refuse(done.error()) : Response::no_content();
}

Response enable(const Api& api, const Request& request) {
  const auto body = read_body<EnableBody>(request);
  if (body.has_error()) return body.error();
  const std::string name(request.param("name"));
  const auto done =
      api.store.enable_fault(name, body->activation(), actor_of(request, body->reason));
  return done.has_error() ? refuse(done.error()) : one(api, name);
}

Response disable(const Api& api, const Request& request) {
  const auto body = read_body<Because>(request);
  if (body.has_error()) return body.error();
  const std::string name(request.param("name"));
  const auto done = api.store.disable_fault(name, actor_of(request, body->reason));
  return done.has_error() ? refuse(done.error()) : one(api, name);
}

Response skip(const Api& api, const Request& request) {
  const auto body = read_body<SkipBody>(request);
  if (body.has_error()) return body.error();
  const std::string name(request.param("name"));
  const auto done = api.store.skip_event(name, body->id, actor_of(request, body->reason));
  return done.has_error() ? refuse(done.error()) : one(api, name);
}

boost::json::object list_schema() {
  boost::json::object all = schema::list_of("faults", "Fault");
  all["properties"].as_object()["lock"] = {
      {"description", "An object with the reason while new activations are refused, else null."}};
  return all;
}

}  // namespace

void add_faults(Endpoints& endpoints, const Api& api) {
  const std::string kOne = "/v1/faults/{name}";
  endpoints.push_back({.route = operators_only(Verb::get, "/v1/faults", bind(api, list)),
                       .summary = "Lists the faults, in the order of their definition.",
                       .answer = list_schema()});
  endpoints.push_back({.route = operators_only(Verb::get, kOne, bind(api, get)),
                       .summary = "Shows a fault.",
                       .statuses = {200, 404},
                       .answer = schema::ref("Fault")});
  endpoints.push_back(
      {.route = operators_only(Verb::put, kOne, bind(api, put)),
       .summary = "Makes a fault, which is off, or replaces it; an active one keeps its deadline.",
       .statuses = {200, 201, 400, 422},
       .answer = schema::ref("Fault"),
       .body = schema::ref("FaultDefinition"),
       .query = {kReason}});
  endpoints.push_back({.route = operators_only(Verb::patch, kOne, bind(api, patch)),
                       .summary = "Edits a fault; an active one acts as edited at once.",
                       .statuses = {200, 400, 404, 422},
                       .answer = schema::ref("Fault"),
                       .body = schema::merge_patch(),
                       .query = {kReason}});
  endpoints.push_back({.route = operators_only(Verb::delete_, kOne, bind(api, remove)),
                       .summary = "Removes a fault, and ends it if it is active.",
                       .statuses = {204, 404, 409},
                       .query = {kReason}});
  endpoints.push_back({.route = operators_only(Verb::post, kOne + "/enable", bind(api, enable)),
                       .summary = "Activates a fault, or renews its deadline.",
                       .statuses = {200, 400, 404, 409, 422},
                       .answer = schema::ref("Fault"),
                       .body = EnableBody::params().schema()});
  endpoints.push_back({.route = operators_only(Verb::post, kOne + "/disable", bind(api, disable)),
                       .summary = "Ends a fault; one that is off stays so.",
                       .statuses = {200, 400, 404, 422},
                       .answer = schema::ref("Fault"),
                       .body = Because::params().schema()});
  endpoints.push_back(
      {.route = operators_only(Verb::post, kOne + "/skip", bind(api, skip)),
       .summary = "Lets one event pass a sticky fault from now on: the last hit, or that of an id.",
       .statuses = {200, 400, 404, 409, 422},
       .answer = schema::ref("Fault"),
       .body = SkipBody::params().schema()});
}

}  // namespace firedrill::admin
