// /proxies/{proxy}/toxics and /proxies/{proxy}/toxics/{toxic}.

#include "control/admin/call.h"
#include "control/toxiproxy/handlers.h"
#include "control/toxiproxy/json_writer.h"
#include "control/toxiproxy/proxy.h"
#include "control/toxiproxy/response.h"
#include "control/toxiproxy/toxic_fault.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace firedrill::toxiproxy {
namespace {

using admin::Request;
using admin::Response;

std::optional<ActiveToxic> find_toxic(const Store& store, const std::string& proxy,
                                      std::string_view name) {
  for (ActiveToxic& active : toxics_of(store, proxy)) {
    if (active.toxic.name == name) return std::move(active);
  }
  return std::nullopt;
}

// The toxic that the path names.
Outcome<ActiveToxic> toxic_of(const Store& store, const Request& request) {
  const auto proxy = proxy_of(store, request);
  if (proxy.has_error()) return proxy.error();
  auto found = find_toxic(store, (*proxy)->config->name, request.param("toxic"));
  if (!found) return Failure{404, "toxic not found"};
  return std::move(*found);
}

// The toxic, active from now on for as long as the configuration allows.
Outcome<> start(Store& store, const std::string& proxy, const Toxic& toxic, const Actor& actor) {
  if (store.lock()) return Failure{403, "new faults are locked out: " + *store.lock()};
  const auto taken = [&](const std::string& name) {
    const Fault* fault = store.find_fault(name);
    return fault != nullptr && (fault->active() || ending_of(store, {fault}).removed.empty());
  };
  const auto done =
      store.start_fault(fault_name(proxy, toxic.name, taken), definition_of(toxic, proxy),
                        {.lifetime = store.config().defaults.max_lifetime}, actor);
  if (done.has_error()) return failure_of(done.error());
  return {};
}

}  // namespace

Response list_toxics(Store& store, const Request& request) {
  const auto proxy = proxy_of(store, request);
  if (proxy.has_error()) return failure_response(proxy.error());
  JsonArray all;
  for (const ActiveToxic& active : toxics_of(store, (*proxy)->config->name)) {
    all.add(json_of(active.toxic));
  }
  return json_response(all.text());
}

Response create_toxic(Store& store, const Request& request) {
  const auto proxy = proxy_of(store, request);
  if (proxy.has_error()) return failure_response(proxy.error());
  const std::string name = (*proxy)->config->name;
  const auto json = body_of(request);
  if (json.has_error()) return failure_response(json.error());
  const auto toxic = read_toxic(*json);
  if (toxic.has_error()) return failure_response(toxic.error());
  if (find_toxic(store, name, toxic->name)) return failure_response({409, "toxic already exists"});
  const auto done = start(store, name, *toxic, admin::actor_of(request));
  return done.has_error() ? failure_response(done.error()) : json_response(json_of(*toxic));
}

Response show_toxic(Store& store, const Request& request) {
  const auto found = toxic_of(store, request);
  return found.has_error() ? failure_response(found.error()) : json_response(json_of(found->toxic));
}

Response update_toxic(Store& store, const Request& request) {
  const auto found = toxic_of(store, request);
  if (found.has_error()) return failure_response(found.error());
  const auto json = body_of(request);
  if (json.has_error()) return failure_response(json.error());
  const auto toxic = updated(found->toxic, *json);
  if (toxic.has_error()) return failure_response(toxic.error());
  const FaultConfig& fault = *found->fault->config;
  const auto done = store.put_fault(fault.name, redefined(fault, *toxic), admin::actor_of(request));
  return done.has_error() ? failure_response(failure_of(done.error()))
                          : json_response(json_of(*toxic));
}

Response delete_toxic(Store& store, const Request& request) {
  const auto found = toxic_of(store, request);
  if (found.has_error()) return failure_response(found.error());
  const auto done = store.end_faults(ending_of(store, {found->fault}), admin::actor_of(request));
  return done.has_error() ? failure_response(failure_of(done.error())) : Response::no_content();
}

}  // namespace firedrill::toxiproxy
