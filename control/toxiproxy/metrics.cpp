// /metrics with the original's names.

#include "control/metrics.h"

#include "control/metric_family.h"
#include "control/toxiproxy/handlers.h"
#include "control/toxiproxy/proxy.h"

#include <map>
#include <utility>

namespace firedrill::toxiproxy {
namespace {

// Of connections that are open too: the original counts each only when it ends.
void add_bytes(Store& store, MetricFamilies& families) {
  auto received = counter_family("toxiproxy_proxy_received_bytes_total", "Bytes received.");
  auto sent = counter_family("toxiproxy_proxy_sent_bytes_total", "Bytes sent.");
  std::map<std::string, Counters> counters;
  for (const ProxySample& sample : sample_traffic(store)) {
    counters[sample.config->name] = sample.counters;
  }
  for (const Proxy& proxy : store.proxies()) {
    if (!is_shown(proxy)) continue;
    const ProxyInput shown = input_of(proxy);
    const Counters& bytes = counters[shown.name];
    const auto add = [&](const char* direction, std::uint64_t taken, std::uint64_t written) {
      const MetricLabels labels{{"direction", direction},
                                {"listener", shown.listen},
                                {"proxy", shown.name},
                                {"upstream", shown.upstream}};
      add_series(received, labels, static_cast<double>(taken));
      add_series(sent, labels, static_cast<double>(written));
    };
    add("downstream", bytes.bytes_response, bytes.written_response);
    add("upstream", bytes.bytes_request, bytes.written_request);
  }
  families.push_back(std::move(received));
  families.push_back(std::move(sent));
}

}  // namespace

admin::Response metrics(Store& store, MetricsShown shown) {
  MetricFamilies families;
  if (shown.proxy) add_bytes(store, families);
  if (shown.runtime) {
    for (auto& family : process_metrics()) families.push_back(std::move(family));
  }
  return {.status = 200,
          .body = to_text(families),
          .content_type = "text/plain; version=0.0.4; charset=utf-8"};
}

}  // namespace firedrill::toxiproxy
