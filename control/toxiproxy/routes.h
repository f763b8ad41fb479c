#pragma once

#include "control/admin/router.h"
#include "control/store.h"
#include "control/toxiproxy/handlers.h"

#include <cstdint>
#include <optional>

namespace firedrill::toxiproxy {

// Whether proxies that begin and cease to listen are logged as the original does.
enum class ProxiesLogged : std::uint8_t { no, yes };

// What /metrics is: nothing for the native API's, else the original's, of which nothing may be
// shown.
struct Options {
  std::optional<MetricsShown> metrics = {};
  ProxiesLogged logged = ProxiesLogged::no;
};

// Adds the Toxiproxy API, at the root; `store` outlives the router. Whatever no route takes is
// answered as the original's router does, except under /v1.
void add_routes(admin::Router& router, Store& store, const Options& options);

}  // namespace firedrill::toxiproxy
