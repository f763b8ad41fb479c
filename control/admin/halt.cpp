// /v1/halt and /v1/unlock: the way out, which anybody with a token for it may take.

#include "control/admin/endpoint.h"
#include "control/admin/show.h"

namespace firedrill::admin {
namespace {

struct HaltBody {
  bool lock = false;
  std::string reason;

  static const Params<HaltBody>& params() {
    static const auto params =
        Params<HaltBody>()
            .optional("lock", &HaltBody::lock, "Refuse new activations until POST /v1/unlock.")
            .optional("reason", &HaltBody::reason, "Why; whoever is refused is told.");
    return params;
  }
};

Response halt(const Api& api, const Request& request) {
  const auto body = read_body<HaltBody>(request);
  if (body.has_error()) return body.error();
  const auto lock = body->lock ? Store::Lock::on : Store::Lock::off;
  const std::size_t ended = api.store.halt(lock, actor_of(request, body->reason));
  return Response::json({{"ended", ended}, {"lock", show_lock(api.store)}});
}

Response unlock(const Api& api, const Request& request) {
  const auto body = read_body<Because>(request);
  if (body.has_error()) return body.error();
  api.store.unlock(actor_of(request, body->reason));
  return Response::json({{"lock", show_lock(api.store)}});
}

}  // namespace

void add_halt(Endpoints& endpoints, const Api& api) {
  const boost::json::object lock{{"description", "An object with the reason, or null."}};
  const boost::json::object halted{{"ended", {{"type", "integer"}}}, {"lock", lock}};
  endpoints.push_back({.route = {.method = Verb::post,
                                 .pattern = "/v1/halt",
                                 .handler = bind(api, halt),
                                 .role = Role::halters},
                       .summary = "Ends everything that is active, at once.",
                       .statuses = {200, 400, 422},
                       .answer = {{"type", "object"}, {"properties", halted}},
                       .body = HaltBody::params().schema()});
  endpoints.push_back({.route = operators_only(Verb::post, "/v1/unlock", bind(api, unlock)),
                       .summary = "Allows new activations again.",
                       .statuses = {200, 400, 422},
                       .answer = {{"type", "object"}, {"properties", {{"lock", lock}}}},
                       .body = Because::params().schema()});
}

}  // namespace firedrill::admin
