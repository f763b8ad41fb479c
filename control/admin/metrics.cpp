// /metrics, which is as dull as any proxy's, and /v1/metrics, which is for operators.

#include "control/metrics.h"

#include "control/admin/endpoint.h"

namespace firedrill::admin {
namespace {

constexpr const char* kText = "text/plain; version=0.0.4; charset=utf-8";

Response answer(const MetricFamilies& families) {
  return {.status = 200, .body = to_text(families), .content_type = kText};
}

Response traffic(const Api& api, const Request&) {
  const auto samples = sample_traffic(api.store);
  MetricFamilies families = traffic_metrics(samples, api.store.config().metrics_prefix);
  for (auto& family : process_metrics()) families.push_back(std::move(family));
  return answer(families);
}

Response faults(const Api& api, const Request&) {
  return answer(fault_metrics(api.store, sample_traffic(api.store)));
}

}  // namespace

void add_metrics(Endpoints& endpoints, const Api& api) {
  const boost::json::object text{{"type", "string"}};
  endpoints.push_back({.route = {.method = Verb::get,
                                 .pattern = "/metrics",
                                 .handler = bind(api, traffic),
                                 .role = Role::anybody},
                       .summary = "Metrics of the traffic and of the process, for Prometheus.",
                       .answer = text,
                       .answer_type = "text/plain"});
  endpoints.push_back({.route = operators_only(Verb::get, "/v1/metrics", bind(api, faults)),
                       .summary = "Metrics of the faults, for Prometheus.",
                       .answer = text,
                       .answer_type = "text/plain"});
}

}  // namespace firedrill::admin
