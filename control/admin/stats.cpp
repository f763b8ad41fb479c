// /v1/stats: the counters that /metrics has, for people and pages.

#include "control/admin/stats.h"

#include "control/admin/endpoint.h"
#include "control/metrics.h"
#include "proxy/core/rfc3339.h"

namespace firedrill::admin {
namespace {

using boost::json::object;

object show(const Histogram& histogram) {
  std::uint64_t count = 0;
  boost::json::array buckets;
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    count += histogram.counts[i];
    if (i < Histogram::kBounds.size()) {
      buckets.push_back({{"le", Histogram::kBounds[i]}, {"count", count}});
    }
  }
  return {{"count", count}, {"sum", histogram.sum}, {"buckets", std::move(buckets)}};
}

object show_http(const Counters& counters) {
  object responses;
  for (std::size_t code = 0; code < counters.responses.size(); ++code) {
    if (counters.responses[code] == 0) continue;
    responses[std::to_string(code)] = counters.responses[code];
  }
  return {
      {"responses", std::move(responses)},
      {"bad_requests", counters.bad_requests},
      {"bad_responses", counters.bad_responses},
      {"healthchecks", {{"ok", counters.healthchecks_ok}, {"fail", counters.healthchecks_failed}}},
      {"request_duration", show(counters.request_duration)},
      {"upstream_duration", show(counters.upstream_duration)}};
}

object show_dns(const Counters& counters) {
  boost::json::array queries;
  for (std::size_t row = 0; row < counters.dns.size(); ++row) {
    for (std::size_t column = 0; column < counters.dns[row].size(); ++column) {
      if (counters.dns[row][column] == 0) continue;
      queries.push_back({{"qtype", dns_type_label(row)},
                         {"rcode", dns_result_label(column)},
                         {"count", counters.dns[row][column]}});
    }
  }
  return {{"queries", std::move(queries)},
          {"bad_queries", counters.dns_bad_queries},
          {"unexpected_replies", counters.dns_unexpected_replies},
          {"receive_drops", counters.dns_receive_drops},
          {"duration", show(counters.dns_duration)}};
}

object show(const ProxySample& sample) {
  const Counters& counters = sample.counters;
  object shown{{"name", sample.config->name}, {"protocol", name_of(sample.config->protocol)}};
  shown["connections"] = {{"open", sample.open},
                          {"opened", counters.connections_opened},
                          {"ok", counters.connections_ok},
                          {"refused", counters.connections_refused},
                          {"reset", counters.connections_reset},
                          {"timeout", counters.connections_timeout},
                          {"rejected", counters.connections_rejected},
                          {"shed", counters.connections_shed}};
  shown["accepting"] = counters.accepting;
  shown["bytes"] = {{"request", counters.bytes_request}, {"response", counters.bytes_response}};
  shown["upstream_up"] = counters.upstream_up;
  if (sample.config->protocol == Protocol::http) shown["http"] = show_http(counters);
  if (sample.config->protocol == Protocol::dns) shown["dns"] = show_dns(counters);
  return shown;
}

Response stats(const Api& api, const Request&) {
  return Response::json(
      {{"time", rfc3339(std::chrono::system_clock::now())}, {"proxies", show_traffic(api.store)}});
}

}  // namespace

boost::json::array show_traffic(Store& store) {
  boost::json::array all;
  for (const ProxySample& sample : sample_traffic(store)) all.push_back(show(sample));
  return all;
}

void add_stats(Endpoints& endpoints, const Api& api) {
  const boost::json::object proxies{{"type", "array"}, {"items", {{"type", "object"}}}};
  const boost::json::object time{{"type", "string"}, {"format", "date-time"}};
  endpoints.push_back(
      {.route = {.method = Verb::get,
                 .pattern = "/v1/stats",
                 .handler = bind(api, stats),
                 .role = Role::viewers},
       .summary = "Shows the counters of each proxy's traffic.",
       .answer = {{"type", "object"}, {"properties", {{"time", time}, {"proxies", proxies}}}}});
}

}  // namespace firedrill::admin
