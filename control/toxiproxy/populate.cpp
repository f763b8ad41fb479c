// /populate: many proxies at once.

#include "control/admin/call.h"
#include "control/toxiproxy/handlers.h"
#include "control/toxiproxy/json_writer.h"
#include "control/toxiproxy/listen_address.h"
#include "control/toxiproxy/members.h"
#include "control/toxiproxy/proxy.h"
#include "control/toxiproxy/response.h"
#include "control/toxiproxy/toxic_fault.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::toxiproxy {
namespace {

using admin::Request;
using admin::Response;

// All entries, every one of which may be made.
Outcome<std::vector<ProxyInput>> read_entries(const Request& request) {
  const auto json = body_of(request);
  if (json.has_error()) return json.error();
  if (json->kind != Json::Kind::array && json->kind != Json::Kind::null) {
    return bad_body("json: cannot unmarshal " + std::string(kind_name(json->kind)) +
                    " into Go value of type []toxiproxy.Proxy");
  }
  std::vector<ProxyInput> entries;
  for (const Json& item : json->items) {
    auto input = read_proxy_input(item);
    if (input.has_error()) return input.error();
    entries.push_back(std::move(*input));
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string where = " at proxy " + std::to_string(i + 1);
    if (auto wrong = check_new(entries[i], where); wrong.has_error()) return wrong.error();
  }
  return entries;
}

// Ends the toxics of a proxy that is going to be another.
Outcome<> clear(Store& store, const std::string& proxy, const Actor& actor) {
  std::vector<const Fault*> faults;
  for (const ActiveToxic& active : toxics_of(store, proxy)) faults.push_back(active.fault);
  if (faults.empty()) return {};
  const auto done = store.end_faults(ending_of(store, faults), actor);
  if (done.has_error()) return failure_of(done.error());
  return {};
}

// A proxy that is there as it is wanted stays untouched, even where `enabled` differs; another of
// that name gives way to it.
Outcome<> add_or_replace(Store& store, const ProxyInput& wanted, const Actor& actor) {
  const Proxy* there = store.find_proxy(wanted.name);
  if (there != nullptr) {
    if (!is_shown(*there)) return Failure{409, "proxy already exists"};
    const auto listen = resolve_listen(wanted.listen);
    if (listen.has_error()) return listen.error();
    ProxyInput known = input_of(*there);
    if (go_text(*listen) == known.listen && wanted.upstream == known.upstream) return {};
    known.enabled = false;
    if (auto done = install(store, known, actor); done.has_error()) return done;
    if (auto done = clear(store, wanted.name, actor); done.has_error()) return done;
  }
  return install(store, wanted, actor);
}

Response answer(const std::vector<std::string>& made, const std::optional<Failure>& failure) {
  JsonArray proxies;
  for (const std::string& proxy : made) proxies.add(proxy);
  JsonObject object;
  if (failure) {
    object.add("error", json_string(failure->message));
    object.add("status", std::to_string(failure->status));
  }
  object.add("proxies", proxies.text());
  return json_response(object.text(), failure ? failure->status : 201);
}

}  // namespace

Response populate(Store& store, const Request& request) {
  const auto entries = read_entries(request);
  if (entries.has_error()) return answer({}, entries.error());
  std::vector<std::string> made;
  for (const ProxyInput& entry : *entries) {
    const auto done = add_or_replace(store, entry, admin::actor_of(request));
    if (done.has_error()) return answer(made, done.error());
    made.push_back(json_of(store, *store.find_proxy(entry.name)));
  }
  return answer(made, std::nullopt);
}

}  // namespace firedrill::toxiproxy
