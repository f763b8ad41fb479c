// /proxies and /proxies/{proxy}.

#include "control/admin/call.h"
#include "control/toxiproxy/handlers.h"
#include "control/toxiproxy/json_writer.h"
#include "control/toxiproxy/listen_address.h"
#include "control/toxiproxy/proxy.h"
#include "control/toxiproxy/response.h"

#include <map>
#include <string>
#include <utility>

namespace firedrill::toxiproxy {
namespace {

using admin::Request;
using admin::Response;

Response shown(const Store& store, const std::string& name, unsigned status = 200) {
  const Proxy* proxy = store.find_proxy(name);
  return json_response(json_of(store, *proxy), status);
}

Outcome<ProxyInput> read_body(const Request& request, ProxyInput known = {}) {
  const auto json = body_of(request);
  if (json.has_error()) return json.error();
  return read_proxy_input(*json, std::move(known));
}

// Stops it when it is to be another, and starts it when it is to run: what lies between drops all
// connections. A start that fails leaves it stopped, as what it was to become.
Outcome<> update(Store& store, const ProxyInput& known, ProxyInput wanted, const Actor& actor) {
  const auto listen = resolve_listen(wanted.listen);
  if (listen.has_error()) return listen.error();
  const bool differs = go_text(*listen) != known.listen || wanted.upstream != known.upstream;
  if (!differs) wanted.listen = known.listen;
  if (!differs && wanted.enabled == known.enabled) return {};
  ProxyInput stopped = wanted;
  stopped.enabled = false;
  if (differs || !wanted.enabled) {
    if (auto done = install(store, stopped, actor); done.has_error()) return done;
  }
  return wanted.enabled ? install(store, wanted, actor) : Outcome<>{};
}

}  // namespace

Outcome<Json> body_of(const Request& request) {
  auto json = parse_json(request.body);
  if (json.has_error()) return bad_body(json.error().what);
  return std::move(*json);
}

Outcome<const Proxy*> proxy_of(const Store& store, const Request& request) {
  const Proxy* proxy = store.find_proxy(request.param("proxy"));
  if (proxy == nullptr || !is_shown(*proxy)) return Failure{404, "proxy not found"};
  return proxy;
}

Response list_proxies(Store& store, const Request&) {
  std::map<std::string_view, const Proxy*> sorted;  // a Java client depends on the order
  for (const Proxy& proxy : store.proxies()) {
    if (is_shown(proxy)) sorted.emplace(proxy.config->name, &proxy);
  }
  JsonObject all;
  for (const auto& [name, proxy] : sorted) all.add(name, json_of(store, *proxy));
  return json_response(all.text());
}

Response create_proxy(Store& store, const Request& request) {
  const auto input = read_body(request);
  if (input.has_error()) return failure_response(input.error());
  if (auto wrong = check_new(*input); wrong.has_error()) return failure_response(wrong.error());
  if (store.find_proxy(input->name) != nullptr) {
    return failure_response({409, "proxy already exists"});
  }
  const auto done = install(store, *input, admin::actor_of(request));
  return done.has_error() ? failure_response(done.error()) : shown(store, input->name, 201);
}

Response show_proxy(Store& store, const Request& request) {
  const auto proxy = proxy_of(store, request);
  return proxy.has_error() ? failure_response(proxy.error())
                           : json_response(json_of(store, **proxy));
}

Response update_proxy(Store& store, const Request& request) {
  const auto proxy = proxy_of(store, request);
  if (proxy.has_error()) return failure_response(proxy.error());
  const ProxyInput known = input_of(**proxy);
  auto wanted = read_body(request, known);
  if (wanted.has_error()) return failure_response(wanted.error());
  wanted->name = known.name;
  const auto done = update(store, known, std::move(*wanted), admin::actor_of(request));
  return done.has_error() ? failure_response(done.error()) : shown(store, known.name);
}

Response delete_proxy(Store& store, const Request& request) {
  const auto proxy = proxy_of(store, request);
  if (proxy.has_error()) return failure_response(proxy.error());
  const std::string name = (*proxy)->config->name;
  const auto done = store.uninstall_proxy(name, admin::actor_of(request));
  return done.has_error() ? failure_response(failure_of(done.error())) : Response::no_content();
}

}  // namespace firedrill::toxiproxy
