#include "control/cli/top_table.h"

#include "control/cli/json_text.h"
#include "control/cli/table.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

namespace firedrill::cli {
namespace {

using boost::json::object;
using boost::json::value;

// The value under a path of keys; null when a part of it is missing.
const value& at(const value& json, std::initializer_list<std::string_view> path) {
  static const value kNull;
  const value* here = &json;
  for (const std::string_view key : path) {
    const auto* map = here->if_object();
    here = map == nullptr ? nullptr : map->if_contains(key);
    if (here == nullptr) return kNull;
  }
  return *here;
}

double number(const value& json) {
  return json.is_number() ? json.to_number<double>() : 0;
}

// By name, since proxies and faults come and go between two looks.
const value& named(const boost::json::array& among, const std::string& name) {
  static const value kNull;
  for (const value& item : among) {
    if (cell(at(item, {"name"})) == name) return item;
  }
  return kNull;
}

// What lies between two counts. A counter that begins anew begins with nothing.
double gained(double before, double now) {
  return now < before ? now : now - before;
}

double total(const value& counts) {
  double sum = 0;
  if (const auto* map = counts.if_object()) {
    for (const auto& [key, count] : *map) sum += number(count);
  }
  if (const auto* list = counts.if_array()) {
    for (const value& row : *list) sum += number(at(row, {"count"}));
  }
  return sum;
}

// Answers that say that the server, or the resolver, failed.
double failed(const value& proxy) {
  double sum = 0;
  if (const auto* responses = at(proxy, {"http", "responses"}).if_object()) {
    for (const auto& [status, count] : *responses) {
      if (status.starts_with('5')) sum += number(count);
    }
  }
  if (const auto* queries = at(proxy, {"dns", "queries"}).if_array()) {
    for (const value& row : *queries) {
      const std::string rcode = cell(at(row, {"rcode"}));
      if (rcode != "NOERROR" && rcode != "NXDOMAIN") sum += number(at(row, {"count"}));
    }
  }
  return sum;
}

const value& durations(const value& proxy) {
  const value& http = at(proxy, {"http", "request_duration"});
  return http.is_null() ? at(proxy, {"dns", "duration"}) : http;
}

// The quantile of what two looks at a histogram have between them, in seconds, taking what is in a
// bucket as spread evenly; NaN when there is nothing. Beyond the last bound it is that bound.
double quantile(const value& before, const value& now, double part) {
  const double count = gained(number(at(before, {"count"})), number(at(now, {"count"})));
  const auto* buckets = at(now, {"buckets"}).if_array();
  if (count <= 0 || buckets == nullptr) return std::nan("");
  const auto* earlier = at(before, {"buckets"}).if_array();
  const double rank = part * count;
  double below = 0;
  double lower = 0;
  for (std::size_t i = 0; i < buckets->size(); ++i) {
    const value& bucket = (*buckets)[i];
    const bool known = earlier != nullptr && i < earlier->size();
    const double then = known ? number(at((*earlier)[i], {"count"})) : 0;
    const double upto = gained(then, number(at(bucket, {"count"})));
    const double upper = number(at(bucket, {"le"}));
    if (upto >= rank && upto > below)
      return lower + (upper - lower) * (rank - below) / (upto - below);
    below = upto;
    lower = upper;
  }
  return lower;
}

// Three digits at most, and a unit: 0, 7.5, 940, 12k, 3.4M.
std::string brief(double amount) {
  constexpr std::array<const char*, 4> kUnits{"", "k", "M", "G"};
  std::size_t unit = 0;
  while (amount >= 999.5 && unit + 1 < kUnits.size()) {
    amount /= 1000;
    ++unit;
  }
  std::array<char, 32> text{};
  const bool whole = amount >= 9.95 || amount == std::floor(amount);
  std::snprintf(text.data(), text.size(), whole ? "%.0f%s" : "%.1f%s", amount, kUnits[unit]);
  return text.data();
}

std::string milliseconds(const value& seconds) {
  if (!seconds.is_number()) return "-";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1fms", seconds.to_number<double>() * 1e3);
  return text.data();
}

value or_null(double amount) {
  return std::isnan(amount) ? value(nullptr) : value(amount);
}

object proxy_row(const value& before, const value& now, double seconds) {
  const auto rate = [&](std::initializer_list<std::string_view> path) {
    return gained(number(at(before, path)), number(at(now, path))) / seconds;
  };
  object row{{"name", at(now, {"name"})},
             {"protocol", at(now, {"protocol"})},
             {"upstream_up", at(now, {"upstream_up"})},
             {"open", at(now, {"connections", "open"})},
             {"connections_per_second", rate({"connections", "opened"})},
             {"request_bytes_per_second", rate({"bytes", "request"})},
             {"response_bytes_per_second", rate({"bytes", "response"})}};
  if (cell(at(now, {"protocol"})) == "tcp") return row;
  const auto answered = [](const value& proxy) {
    return total(at(proxy, {"http", "responses"})) + total(at(proxy, {"dns", "queries"}));
  };
  const double answers = gained(answered(before), answered(now));
  const double failures = gained(failed(before), failed(now));
  row["requests_per_second"] = answers / seconds;
  row["failed"] = or_null(answers == 0 ? std::nan("") : failures / answers);
  row["p50"] = or_null(quantile(durations(before), durations(now), 0.50));
  row["p99"] = or_null(quantile(durations(before), durations(now), 0.99));
  return row;
}

object fault_row(const value& before, const value& now, double seconds) {
  const double hit = number(at(now, {"counters", "hit"}));
  return {{"name", at(now, {"name"})},
          {"type", at(now, {"type"})},
          {"proxy", at(now, {"proxy"})},
          {"seconds_left", at(now, {"seconds_left"})},
          {"hit", hit},
          {"hits_per_second", gained(number(at(before, {"counters", "hit"})), hit) / seconds}};
}

std::string text_of_proxies(const boost::json::array& rows) {
  Table table({"PROXY", "PROTOCOL", "UP", "OPEN", "CONN/S", "REQ/S", "FAIL", "P50", "P99", "IN/S",
               "OUT/S"});
  for (const value& row : rows) {
    const value& failing = at(row, {"failed"});
    const value& requests = at(row, {"requests_per_second"});
    table.add({cell(at(row, {"name"})), cell(at(row, {"protocol"})),
               cell(at(row, {"upstream_up"})) == "false" ? "no" : "yes", cell(at(row, {"open"})),
               brief(number(at(row, {"connections_per_second"}))),
               requests.is_number() ? brief(number(requests)) : "-",
               failing.is_number() ? brief(number(failing) * 100) + "%" : "-",
               milliseconds(at(row, {"p50"})), milliseconds(at(row, {"p99"})),
               brief(number(at(row, {"request_bytes_per_second"}))) + "B",
               brief(number(at(row, {"response_bytes_per_second"}))) + "B"});
  }
  return table.text();
}

std::string text_of_faults(const boost::json::array& rows) {
  if (rows.empty()) return "no fault is active\n";
  Table table({"FAULT", "TYPE", "PROXY", "LEFT", "HIT", "HIT/S"});
  for (const value& row : rows) {
    const value& proxies = at(row, {"proxy"});
    const value& left = at(row, {"seconds_left"});
    table.add({cell(at(row, {"name"})), cell(at(row, {"type"})),
               proxies.is_array() ? joined(proxies.get_array()) : cell(proxies),
               left.is_number() ? std::to_string(std::lround(number(left))) + "s" : "-",
               brief(number(at(row, {"hit"}))), brief(number(at(row, {"hits_per_second"})))});
  }
  return table.text();
}

}  // namespace

value top_json(const Look& before, const Look& now, double seconds) {
  const auto proxies_before = entries(before.stats, "proxies");
  const auto faults_before = entries(before.faults, "faults");
  boost::json::array proxies;
  for (const value& proxy : entries(now.stats, "proxies")) {
    const std::string name = cell(at(proxy, {"name"}));
    proxies.push_back(proxy_row(named(proxies_before, name), proxy, seconds));
  }
  boost::json::array faults;
  for (const value& fault : entries(now.faults, "faults")) {
    if (cell(at(fault, {"active"})) != "true") continue;
    const std::string name = cell(at(fault, {"name"}));
    faults.push_back(fault_row(named(faults_before, name), fault, seconds));
  }
  return object{{"proxies", std::move(proxies)}, {"faults", std::move(faults)}};
}

std::string top_text(const Look& before, const Look& now, double seconds) {
  const value rows = top_json(before, now, seconds);
  return text_of_proxies(entries(rows, "proxies")) + "\n" + text_of_faults(entries(rows, "faults"));
}

}  // namespace firedrill::cli
