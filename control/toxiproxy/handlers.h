#pragma once

#include "control/admin/http.h"
#include "control/store.h"
#include "control/toxiproxy/failure.h"
#include "control/toxiproxy/json.h"

#include <string>

namespace firedrill::toxiproxy {

// Which of the original's metrics are shown.
struct MetricsShown {
  bool proxy = false;    // the bytes of each proxy
  bool runtime = false;  // the process
};

// One function for each route; a file for each resource.
admin::Response list_proxies(Store& store, const admin::Request& request);
admin::Response create_proxy(Store& store, const admin::Request& request);
admin::Response show_proxy(Store& store, const admin::Request& request);
admin::Response update_proxy(Store& store, const admin::Request& request);
admin::Response delete_proxy(Store& store, const admin::Request& request);

admin::Response list_toxics(Store& store, const admin::Request& request);
admin::Response create_toxic(Store& store, const admin::Request& request);
admin::Response show_toxic(Store& store, const admin::Request& request);
admin::Response update_toxic(Store& store, const admin::Request& request);
admin::Response delete_toxic(Store& store, const admin::Request& request);

admin::Response populate(Store& store, const admin::Request& request);
admin::Response reset(Store& store, const admin::Request& request);
admin::Response version(Store& store, const admin::Request& request);
admin::Response metrics(Store& store, MetricsShown shown);

// What they share: the body's first value, and the proxy that the path names.
Outcome<Json> body_of(const admin::Request& request);
Outcome<const Proxy*> proxy_of(const Store& store, const admin::Request& request);

}  // namespace firedrill::toxiproxy
