// /reset: every proxy runs, and nothing is broken any more.

#include "control/admin/call.h"
#include "control/toxiproxy/handlers.h"
#include "control/toxiproxy/proxy.h"
#include "control/toxiproxy/response.h"
#include "control/toxiproxy/toxic_fault.h"

#include <string>
#include <vector>

namespace firedrill::toxiproxy {

// One proxy that can't start does not keep the others from it, nor any toxic alive.
admin::Response reset(Store& store, const admin::Request& request) {
  const Actor actor = admin::actor_of(request);
  std::string failures;
  const auto note = [&failures](const std::string& message) {
    failures += (failures.empty() ? "" : "; ") + message;
  };
  const Store::Ended ended = ending_of(store, all_toxics(store));
  if (!ended.removed.empty() || !ended.disabled.empty()) {
    if (const auto done = store.end_faults(ended, actor); done.has_error()) {
      note(failure_of(done.error()).message);
    }
  }
  std::vector<ProxyInput> disabled;
  for (const Proxy& proxy : store.proxies()) {
    if (is_shown(proxy) && !proxy.config->enabled) disabled.push_back(input_of(proxy));
  }
  for (ProxyInput& proxy : disabled) {
    proxy.enabled = true;
    if (const auto done = install(store, proxy, actor); done.has_error()) {
      note(done.error().message);
    }
  }
  if (!failures.empty()) return failure_response({500, failures});
  return admin::Response::no_content();
}

}  // namespace firedrill::toxiproxy
