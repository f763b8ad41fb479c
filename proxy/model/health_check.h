#pragma once

#include "proxy/fault/fault.h"

namespace firedrill {

// Whether a request is the probe of a load balancer or an orchestrator, by what these send unless
// they are configured otherwise. Nothing else sends the same, so that a fault for probes leaves the
// traffic alone; the price is that probes without a mark of their own (Traefik, Azure Application
// Gateway) are not known. docs/health-checks.md lists both, with the sources.
bool is_health_check(const http::RequestHead& head);

}  // namespace firedrill
