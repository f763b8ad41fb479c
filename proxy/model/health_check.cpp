#include "proxy/model/health_check.h"

#include "proxy/codec/http/chars.h"
#include "proxy/codec/http/head.h"

#include <algorithm>
#include <array>

namespace firedrill {
namespace {

constexpr std::array<std::string_view, 6> kAgents{
    "ELB-HealthChecker/",  "Amazon-Route53-Health-Check-Service",
    "kube-probe/",         "GoogleHC/",
    "Consul Health Check", "Envoy/HC"};

bool is_nginx(std::string_view agent) {
  constexpr std::string_view kFirst = "nginx/";
  constexpr std::string_view kLast = "(health check)";
  return agent.size() >= kFirst.size() + kLast.size() &&
         http::equal_ignoring_case(agent.substr(0, kFirst.size()), kFirst) &&
         http::equal_ignoring_case(agent.substr(agent.size() - kLast.size()), kLast);
}

}  // namespace

bool is_health_check(const http::RequestHead& head) {
  const http::Field* agent = head.fields.find("user-agent");
  if (agent == nullptr) return head.method == "OPTIONS" && head.target.path == "/";
  return is_nginx(agent->value) || std::ranges::any_of(kAgents, [&](std::string_view known) {
           return agent->value.starts_with(known);
         });
}

}  // namespace firedrill
