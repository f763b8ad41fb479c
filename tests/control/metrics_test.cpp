#include "control/metrics.h"

#include "tests/control/running_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace firedrill::admin {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kConfig = R"(
metrics_prefix: gate_
proxies:
  - {name: web, protocol: http, listen: "127.0.0.1:0", upstream: "127.0.0.1:1"}
faults:
  - {name: broken, proxy: web, type: http.status, with: {code: 503}}
)";

ProxySample sample(Protocol protocol, const Counters& counters = {}) {
  ProxyConfig config;
  config.name = "p";
  config.protocol = protocol;
  config.upstream.addresses = {{.host = "a", .port = 1, .unix_path = {}},
                               {.host = "b", .port = 2, .unix_path = {}}};
  return {.config = std::make_shared<const ProxyConfig>(std::move(config)),
          .open = 3,
          .counters = counters};
}

// {name{labels}: value} of a text that must be well-formed.
std::map<std::string, double> parse(const std::string& text) {
  static const std::regex series(
      R"(([a-z_]+(?:\{(?:[a-z]+="[^"]*",?)+\})?) ([-+0-9.e]+|\+Inf|NaN))");
  static const std::regex comment(R"(# (HELP|TYPE) [a-z_]+ .+)");
  std::map<std::string, double> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch parts;
    if (std::regex_match(line, comment)) continue;
    if (!std::regex_match(line, parts, series)) {
      ADD_FAILURE() << line;
      continue;
    }
    EXPECT_TRUE(all.emplace(parts[1], std::strtod(parts[2].str().c_str(), nullptr)).second) << line;
  }
  return all;
}

std::map<std::string, double> traffic(Protocol protocol, const Counters& counters = {}) {
  return parse(to_text(traffic_metrics({sample(protocol, counters)}, "edge_")));
}

std::set<std::string> names(const std::map<std::string, double>& series) {
  std::set<std::string> all;
  for (const auto& [name, value] : series) all.insert(name);
  return all;
}

TEST(TrafficMetrics, CountRequestsByCode) {
  Counters counters;
  counters.responses[0] = 1;
  counters.responses[503] = 2;
  const auto series = traffic(Protocol::http, counters);
  EXPECT_EQ(series.at(R"(edge_requests_total{proxy="p",code="0"})"), 1);
  EXPECT_EQ(series.at(R"(edge_requests_total{proxy="p",code="503"})"), 2);
  EXPECT_EQ(series.at(R"(edge_requests_total{proxy="p",code="200"})"), 0);
}

TEST(TrafficMetrics, ShowAnUnusualCodeOnlyOnceItWasSeen) {
  const std::string teapot = R"(edge_requests_total{proxy="p",code="418"})";
  EXPECT_FALSE(traffic(Protocol::http).contains(teapot));
  Counters counters;
  counters.responses[418] = 1;
  EXPECT_EQ(traffic(Protocol::http, counters).at(teapot), 1);
}

TEST(TrafficMetrics, ShowCumulativeHistograms) {
  Counters counters;
  counters.request_duration.observe(std::chrono::milliseconds(3));
  counters.request_duration.observe(std::chrono::seconds(60));
  const auto series = traffic(Protocol::http, counters);
  const auto bucket = [&](const std::string& bound) {
    return series.at("edge_request_duration_seconds_bucket{proxy=\"p\",le=\"" + bound + "\"}");
  };
  EXPECT_EQ(bucket("0.0025"), 0);
  EXPECT_EQ(bucket("0.005"), 1);
  EXPECT_EQ(bucket("10"), 1);
  EXPECT_EQ(bucket("+Inf"), 2);
  EXPECT_EQ(series.at(R"(edge_request_duration_seconds_count{proxy="p"})"), 2);
  EXPECT_DOUBLE_EQ(series.at(R"(edge_request_duration_seconds_sum{proxy="p"})"), 60.003);
}

TEST(TrafficMetrics, CountConnectionsBytesAndHealthChecks) {
  Counters counters;
  counters.connections_reset = 4;
  counters.bytes_response = 5;
  counters.healthchecks_failed = 6;
  const auto series = traffic(Protocol::http, counters);
  EXPECT_EQ(series.at(R"(edge_connections_active{proxy="p"})"), 3);
  EXPECT_EQ(series.at(R"(edge_connections_total{proxy="p",result="reset"})"), 4);
  EXPECT_EQ(series.at(R"(edge_bytes_total{proxy="p",direction="response"})"), 5);
  EXPECT_EQ(series.at(R"(edge_healthcheck_total{proxy="p",result="fail"})"), 6);
}

TEST(TrafficMetrics, TellWhetherTheUpstreamWasReached) {
  const std::string up = R"(edge_upstream_up{proxy="p",upstream="a:1,b:2"})";
  EXPECT_EQ(traffic(Protocol::tcp).at(up), 1);
  Counters counters;
  counters.upstream_failed(Clock::now());
  EXPECT_EQ(traffic(Protocol::tcp, counters).at(up), 0);
}

TEST(TrafficMetrics, CountQueriesByTypeAndResult) {
  Counters counters;
  counters.dns[Counters::dns_row(28)][3] = 1;
  counters.dns[Counters::dns_row(28)][Counters::kDnsTimeout] = 2;
  counters.dns[Counters::dns_row(9999)][Counters::kDnsEmpty] = 3;
  counters.dns[Counters::dns_row(1)][9] = 4;
  const auto series = traffic(Protocol::dns, counters);
  const auto queries = [&](const std::string& type, const std::string& rcode) {
    return series.at("edge_dns_queries_total{proxy=\"p\",qtype=\"" + type + "\",rcode=\"" + rcode +
                     "\"}");
  };
  EXPECT_EQ(queries("AAAA", "NXDOMAIN"), 1);
  EXPECT_EQ(queries("AAAA", "TIMEOUT"), 2);
  EXPECT_EQ(queries("other", "EMPTY"), 3);
  EXPECT_EQ(queries("A", "NOTAUTH"), 4);
  EXPECT_EQ(queries("A", "SERVFAIL"), 0);
}

TEST(TrafficMetrics, TellWhenTheLatestEventPassed) {
  Counters counters;
  counters.stream_events = 7;
  counters.stream_last_event = 1'700'000'000'500'000'000;
  const auto series = traffic(Protocol::http, counters);
  EXPECT_EQ(series.at(R"(edge_stream_events_total{proxy="p"})"), 7);
  EXPECT_EQ(series.at(R"(edge_stream_last_event_timestamp_seconds{proxy="p"})"), 1'700'000'000.5);
}

TEST(TrafficMetrics, OfAProtocolHaveOnlyWhatItCanCount) {
  const auto has = [](Protocol protocol, const std::string& part) {
    const auto series = traffic(protocol);
    return std::ranges::any_of(
        series, [&](const auto& one) { return one.first.find(part) != std::string::npos; });
  };
  EXPECT_TRUE(has(Protocol::dns, "dns_"));
  EXPECT_FALSE(has(Protocol::http, "dns_"));
  EXPECT_FALSE(has(Protocol::tcp, "requests_total"));
  EXPECT_FALSE(has(Protocol::dns, "upstream_duration"));
}

TEST(ProcessMetrics, TellOfThisProcess) {
  const auto series = parse(to_text(process_metrics()));
  EXPECT_GT(series.at("process_resident_memory_bytes"), 1e5);
  EXPECT_GT(series.at("process_open_fds"), 2);
  EXPECT_GT(series.at("process_threads"), 0);
  EXPECT_GE(series.at("process_cpu_seconds_total"), 0);
  const auto now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch());
  EXPECT_NEAR(series.at("process_start_time_seconds"), now.count(), 3600);
}

TEST(MetricsRoute, HasTheSameSeriesBeforeAndAfterAFaultWasActive) {
  RunningApi api(kConfig);
  const auto before = names(parse(api.text("/metrics")));
  api.client().post("/v1/faults/broken/enable", boost::json::object()).value();
  EXPECT_EQ(api.code_from("web"), "503");
  const auto during = parse(api.text("/metrics"));
  EXPECT_EQ(during.at(R"(gate_requests_total{proxy="web",code="503"})"), 1);
  EXPECT_EQ(names(during), before);
  api.client().post("/v1/faults/broken/disable", boost::json::object()).value();
  EXPECT_EQ(names(parse(api.text("/metrics"))), before);
}

TEST(MetricsRoute, SaysNothingThatNamesAFault) {
  RunningApi api(kConfig);
  api.client().post("/v1/faults/broken/enable", boost::json::object()).value();
  const std::string text = api.text("/metrics");
  for (const char* word : {"fault", "broken", "firedrill", "drill"}) {
    EXPECT_THAT(text, Not(HasSubstr(word)));
  }
}

TEST(OperatorMetricsRoute, TellsOfEachFault) {
  RunningApi api(kConfig);
  const std::string labels = R"({fault="broken",type="http.status"})";
  EXPECT_EQ(parse(api.text("/v1/metrics")).at("firedrill_fault_active" + labels), 0);
  api.client().post("/v1/faults/broken/enable", {{"for", "10m"}}).value();
  api.code_from("web");
  const auto series = parse(api.text("/v1/metrics"));
  EXPECT_EQ(series.at("firedrill_fault_active" + labels), 1);
  EXPECT_EQ(series.at("firedrill_fault_matched_total" + labels), 1);
  EXPECT_EQ(series.at("firedrill_fault_hit_total" + labels), 1);
  EXPECT_NEAR(series.at("firedrill_fault_seconds_left" + labels), 600, 10);
  const auto now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch());
  EXPECT_NEAR(series.at("firedrill_fault_deadline_timestamp_seconds" + labels), now.count() + 600,
              10);
  EXPECT_EQ(series.at(R"(firedrill_fault_skipped_total{fault="broken",type="http.status",)"
                      R"(reason="share"})"),
            0);
  EXPECT_EQ(series.at("firedrill_journal_lost_total"), 0);
  EXPECT_EQ(series.at("firedrill_locked"), 0);
  EXPECT_EQ(series.at("firedrill_build_info{version=\"" FIREDRILL_VERSION "\"}"), 1);
}

TEST(StatsRoute, ShowsTheCountersOfEachProxy) {
  RunningApi api(kConfig);
  api.client().post("/v1/faults/broken/enable", boost::json::object()).value();
  api.code_from("web");
  const auto web = api.get("/v1/stats").at("proxies").at(0);
  EXPECT_EQ(web.at("name"), "web");
  EXPECT_EQ(web.at("connections").at("opened"), 1);
  EXPECT_EQ(web.at("http").at("responses").at("503"), 1);
  EXPECT_EQ(web.at("http").at("request_duration").at("count"), 1);
  EXPECT_THAT(api.text("/v1/stats"), Not(HasSubstr("fault")));
}

}  // namespace
}  // namespace firedrill::admin
