#pragma once

#include "control/store.h"
#include "proxy/core/counters.h"

#include <prometheus/metric_family.h>

#include <memory>
#include <string>
#include <vector>

namespace firedrill {

// What is known of one proxy's traffic at one moment.
struct ProxySample {
  std::shared_ptr<const ProxyConfig> config;
  std::uint32_t open = 0;  // connections
  Counters counters = {};
};

// Asks every worker for a copy of its counters. The workers add nothing up and wait for nobody.
std::vector<ProxySample> sample_traffic(Store& store);

using MetricFamilies = std::vector<prometheus::MetricFamily>;

// What any reverse proxy would show. The series depend on the configured proxies and on nothing
// else, but for unusual codes, which appear when a client has seen them: a fault adds none.
MetricFamilies traffic_metrics(const std::vector<ProxySample>& samples, const std::string& prefix);

// What any process would show.
MetricFamilies process_metrics();

// For operators alone: the faults, and how well we do our own work.
MetricFamilies fault_metrics(Store& store, const std::vector<ProxySample>& samples);

// The Prometheus text format.
std::string to_text(const MetricFamilies& families);

// The labels of Counters::dns: "AAAA" or "other", and "NXDOMAIN", "TIMEOUT" or "EMPTY".
std::string dns_type_label(std::size_t row);
std::string dns_result_label(std::size_t column);

}  // namespace firedrill
