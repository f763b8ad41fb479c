#include "proxy/model/health_check.h"

#include "proxy/codec/http/chars.h"
#include "proxy/codec/http/head.h"

#include <algorithm>
#include <array>

namespace firedrill {
namespace {

// Those that go on with a version, or with what they check.
constexpr std::array<std::string_view, 5> kAgentPrefixes{
    "ELB-HealthChecker/", "Amazon-Route53-Health-Check-Service", "GoogleHC/", "kube-probe/",
    "ReadyForRequest/"};

constexpr std::array<std::string_view, 5> kAgents{"Edge Health Probe", "Load Balancer Agent",
                                                  "HealthCheck/1.0", "Consul Health Check",
                                                  "Envoy/HC"};

bool is_nginx(std::string_view agent) {
  constexpr std::string_view kFirst = "nginx/";
  constexpr std::string_view kLast = " (health check)";
  return agent.size() > kFirst.size() + kLast.size() &&
         http::equal_ignoring_case(agent.substr(0, kFirst.size()), kFirst) &&
         http::equal_ignoring_case(agent.substr(agent.size() - kLast.size()), kLast);
}

bool is_known(std::string_view agent) {
  const auto begins = [&](std::string_view prefix) { return agent.starts_with(prefix); };
  return std::ranges::any_of(kAgentPrefixes, begins) ||
         std::ranges::find(kAgents, agent) != kAgents.end() || is_nginx(agent);
}

// HAProxy's own way to write `connection: close` and `host`, in small letters, and nothing else:
// what `option httpchk` sends without further http-check rules.
bool is_plain_httpchk(const http::RequestHead& head) {
  const auto fields = head.fields.all();
  if (head.version_minor == 0 && fields.empty()) {
    return head.method == "OPTIONS" || head.method == "GET" || head.method == "HEAD";
  }
  const auto written = [&](std::string_view name) {
    return std::ranges::count(fields, name, &http::Field::name) == 1;
  };
  if (head.method != "OPTIONS" || !written("host")) return false;
  if (head.version_minor == 0) return fields.size() == 1;
  return fields.size() == 2 && written("connection") && head.fields.asks_close();
}

}  // namespace

bool is_health_check(const http::RequestHead& head) {
  if (const http::Field* agent = head.fields.find("user-agent")) return is_known(agent->value);
  return head.fields.find("x-haproxy-server-state") != nullptr || is_plain_httpchk(head);
}

}  // namespace firedrill
