#pragma once

#include "proxy/fault/fault.h"

namespace firedrill {

// Whether a request is the probe of a load balancer or an orchestrator, by what these send unless
// they are configured otherwise:
//
//   AWS ALB, NLB and classic ELB  User-Agent: ELB-HealthChecker/2.0 (classic: /1.0)
//   Amazon Route 53               User-Agent: Amazon-Route53-Health-Check-Service (ref ...)
//   Kubernetes                    User-Agent: kube-probe/1.29
//   Google Cloud                  User-Agent: GoogleHC/1.0
//   Consul                        User-Agent: Consul Health Check
//   Envoy                         User-Agent: Envoy/HC
//   nginx Plus                    User-Agent: nginx/1.25.3 (health check), in any case
//   HAProxy                       OPTIONS / without User-Agent, as `option httpchk` without
//   arguments
//
// Traefik, and HAProxy with a path of its own, send nothing that tells them from other clients:
// match those by path, source, or a header that their configuration adds.
bool is_health_check(const http::RequestHead& head);

}  // namespace firedrill
