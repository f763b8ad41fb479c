#pragma once

#include "control/admin/router.h"
#include "control/store.h"
#include "control/toxiproxy/handlers.h"

#include <optional>

namespace firedrill::toxiproxy {

// What /metrics is: nothing for the native API's, else the original's, of which nothing may be
// shown.
struct Options {
  std::optional<MetricsShown> metrics = {};
};

// Adds the Toxiproxy API, at the root; `store` outlives the router. Whatever no route takes is
// answered as the original's router does, except under /v1.
void add_routes(admin::Router& router, Store& store, const Options& options);

}  // namespace firedrill::toxiproxy
