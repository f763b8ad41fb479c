#include "control/metrics.h"

#include "control/metric_family.h"
#include "proxy/codec/dns/types.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <limits>
#include <sstream>

namespace firedrill {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// The protocols whose proxies have a metric.
constexpr unsigned bit(Protocol protocol) {
  return 1U << static_cast<unsigned>(protocol);
}
constexpr unsigned kTcp = bit(Protocol::tcp);
constexpr unsigned kHttp = bit(Protocol::http);
constexpr unsigned kDns = bit(Protocol::dns);
constexpr unsigned kAll = kTcp | kHttp | kDns;

bool has(const ProxySample& sample, unsigned protocols) {
  return (bit(sample.config->protocol) & protocols) != 0;
}

double number(std::uint64_t count) {
  return static_cast<double>(count);
}

// One counter of a family, under the value of the family's label.
struct Series {
  const char* value;
  std::uint64_t Counters::*field;
};

struct CounterRow {
  const char* name;
  const char* help;
  unsigned protocols;
  const char* label;  // "" when the family has a single series for each proxy
  std::vector<Series> series;
};

const std::vector<CounterRow>& counter_rows() {
  static const std::vector<CounterRow> rows{
      {"connections_total",
       "Connections that have ended, by how.",
       kAll,
       "result",
       {{"ok", &Counters::connections_ok},
        {"refused", &Counters::connections_refused},
        {"reset", &Counters::connections_reset},
        {"timeout", &Counters::connections_timeout},
        {"rejected", &Counters::connections_rejected},
        {"shed", &Counters::connections_shed}}},
      {"bytes_total",
       "Bytes relayed, by direction.",
       kAll,
       "direction",
       {{"request", &Counters::bytes_request}, {"response", &Counters::bytes_response}}},
      {"healthcheck_total",
       "Health checks that were answered, by result.",
       kHttp,
       "result",
       {{"ok", &Counters::healthchecks_ok}, {"fail", &Counters::healthchecks_failed}}},
      {"bad_messages_total",
       "Malformed messages, by who sent them.",
       kHttp,
       "from",
       {{"client", &Counters::bad_requests}, {"upstream", &Counters::bad_responses}}},
      {"dns_bad_queries_total",
       "Queries that were malformed or not allowed.",
       kDns,
       "",
       {{"", &Counters::dns_bad_queries}}},
      {"dns_unexpected_replies_total",
       "Replies of a wrong id, question or source.",
       kDns,
       "",
       {{"", &Counters::dns_unexpected_replies}}},
      {"dns_receive_drops_total",
       "Datagrams lost because the kernel's queue was full.",
       kDns,
       "",
       {{"", &Counters::dns_receive_drops}}},
      {"stream_events_total",
       "Events of streams that were looked into.",
       kTcp | kHttp,
       "",
       {{"", &Counters::stream_events}}},
      {"stream_opaque_events_total",
       "Events that were too large to be looked into.",
       kTcp | kHttp,
       "",
       {{"", &Counters::stream_opaque_events}}},
      {"stream_codec_errors_total",
       "Streams that were not what they were read as, and passed unread from there on.",
       kTcp | kHttp,
       "",
       {{"", &Counters::stream_codec_errors}}},
  };
  return rows;
}

struct HistogramRow {
  const char* name;
  const char* help;
  unsigned protocols;
  Histogram Counters::*field;
};

constexpr std::array kHistograms{
    HistogramRow{"request_duration_seconds", "From a request's head to the end of its response.",
                 kHttp, &Counters::request_duration},
    HistogramRow{"upstream_duration_seconds", "How long the upstream took to answer.", kHttp,
                 &Counters::upstream_duration},
    HistogramRow{"dns_duration_seconds", "From a query to its reply.", kDns,
                 &Counters::dns_duration},
};

// Codes that always have a series; 0 is no response. Any other has one once it was seen.
constexpr std::array<std::size_t, 19> kCodes{0,   200, 201, 204, 301, 302, 304, 400, 401, 403,
                                             404, 408, 409, 413, 429, 500, 502, 503, 504};

// The same of DNS; the numbers are columns of Counters::dns.
constexpr std::array<std::size_t, 8> kDnsResults{
    0, 1, 2, 3, 4, 5, Counters::kDnsTimeout, Counters::kDnsEmpty};

template <class List>
bool contains(const List& list, std::size_t value) {
  return std::ranges::find(list, value) != list.end();
}

MetricFamily counters(const CounterRow& row, const std::vector<ProxySample>& samples,
                      const std::string& prefix) {
  MetricFamily family = counter_family(prefix + row.name, row.help);
  for (const ProxySample& sample : samples) {
    if (!has(sample, row.protocols)) continue;
    for (const Series& series : row.series) {
      MetricLabels labels{{"proxy", sample.config->name}};
      if (*row.label != '\0') labels.push_back({row.label, series.value});
      add_series(family, std::move(labels), number(sample.counters.*series.field));
    }
  }
  return family;
}

ClientMetric::Histogram buckets(const Histogram& histogram) {
  ClientMetric::Histogram metric;
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    metric.sample_count += histogram.counts[i];
    const double bound = i < Histogram::kBounds.size() ? Histogram::kBounds[i]
                                                       : std::numeric_limits<double>::infinity();
    metric.bucket.push_back({metric.sample_count, bound});
  }
  metric.sample_sum = histogram.sum;
  return metric;
}

MetricFamily histograms(const HistogramRow& row, const std::vector<ProxySample>& samples,
                        const std::string& prefix) {
  MetricFamily family{prefix + row.name, row.help, MetricType::Histogram, {}};
  for (const ProxySample& sample : samples) {
    if (!has(sample, row.protocols)) continue;
    ClientMetric metric;
    metric.label = {{"proxy", sample.config->name}};
    metric.histogram = buckets(sample.counters.*row.field);
    family.metric.push_back(std::move(metric));
  }
  return family;
}

MetricFamily requests(const std::vector<ProxySample>& samples, const std::string& prefix) {
  MetricFamily family =
      counter_family(prefix + "requests_total", "Requests by the code of their response; 0: none.");
  for (const ProxySample& sample : samples) {
    if (!has(sample, kHttp)) continue;
    for (std::size_t code = 0; code < sample.counters.responses.size(); ++code) {
      const std::uint64_t count = sample.counters.responses[code];
      if (count == 0 && !contains(kCodes, code)) continue;
      add_series(family, {{"proxy", sample.config->name}, {"code", std::to_string(code)}},
                 number(count));
    }
  }
  return family;
}

MetricFamily dns_queries(const std::vector<ProxySample>& samples, const std::string& prefix) {
  MetricFamily family = counter_family(prefix + "dns_queries_total", "Queries by type and result.");
  for (const ProxySample& sample : samples) {
    if (!has(sample, kDns)) continue;
    for (std::size_t row = 0; row < sample.counters.dns.size(); ++row) {
      for (std::size_t column = 0; column < sample.counters.dns[row].size(); ++column) {
        const std::uint64_t count = sample.counters.dns[row][column];
        if (count == 0 && !contains(kDnsResults, column)) continue;
        add_series(family,
                   {{"proxy", sample.config->name},
                    {"qtype", dns_type_label(row)},
                    {"rcode", dns_result_label(column)}},
                   number(count));
      }
    }
  }
  return family;
}

std::string upstream_label(const ProxyConfig& config) {
  if (config.upstream.system) return "system";
  std::string label;
  for (const Address& address : config.upstream.addresses) {
    label += (label.empty() ? "" : ",") + format(address);
  }
  return label;
}

// The gauges, which are no plain sums of a counter.
MetricFamilies gauges(const std::vector<ProxySample>& samples, const std::string& prefix) {
  MetricFamily active = gauge_family(prefix + "connections_active", "Connections that are open.");
  MetricFamily up = gauge_family(prefix + "upstream_up",
                                 "1 unless the latest attempt to reach the upstream failed.");
  MetricFamily last = gauge_family(prefix + "stream_last_event_timestamp_seconds",
                                   "When the latest event passed; 0 before the first.");
  MetricFamily accepting = gauge_family(
      prefix + "accepting", "1 unless new connections have to wait until memory is free.");
  for (const ProxySample& sample : samples) {
    const std::string& proxy = sample.config->name;
    add_series(accepting, {{"proxy", proxy}}, sample.counters.accepting ? 1 : 0);
    add_series(active, {{"proxy", proxy}}, sample.open);
    if (!has(sample, kDns)) {
      add_series(up, {{"proxy", proxy}, {"upstream", upstream_label(*sample.config)}},
                 sample.counters.upstream_up ? 1 : 0);
      add_series(last, {{"proxy", proxy}},
                 static_cast<double>(sample.counters.stream_last_event) / 1e9);
    }
  }
  return {std::move(active), std::move(accepting), std::move(up), std::move(last)};
}

}  // namespace

std::vector<ProxySample> sample_traffic(Store& store) {
  auto counted = store.workers().collect();
  std::vector<ProxySample> samples;
  for (const Proxy& proxy : store.proxies()) {
    samples.push_back({.config = proxy.config,
                       .open = proxy.state->open.load(std::memory_order_relaxed),
                       .counters = counted[proxy.state]});
  }
  return samples;
}

MetricFamilies traffic_metrics(const std::vector<ProxySample>& samples, const std::string& prefix) {
  MetricFamilies families{requests(samples, prefix), dns_queries(samples, prefix)};
  for (const CounterRow& row : counter_rows()) families.push_back(counters(row, samples, prefix));
  for (const HistogramRow& row : kHistograms) families.push_back(histograms(row, samples, prefix));
  for (MetricFamily& family : gauges(samples, prefix)) families.push_back(std::move(family));
  std::erase_if(families, [](const MetricFamily& family) { return family.metric.empty(); });
  return families;
}

std::string to_text(const MetricFamilies& families) {
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families);
  return std::move(text).str();
}

std::string dns_type_label(std::size_t row) {
  return row < Counters::kDnsTypes.size() ? dns::type_text(Counters::kDnsTypes[row]) : "other";
}

std::string dns_result_label(std::size_t column) {
  if (column == Counters::kDnsTimeout) return "TIMEOUT";
  if (column == Counters::kDnsEmpty) return "EMPTY";
  return dns::rcode_text(static_cast<dns::Rcode>(column));
}

}  // namespace firedrill
