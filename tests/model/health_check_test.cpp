#include "proxy/model/health_check.h"

#include "tests/model/reading.h"

namespace firedrill {
namespace {

// A request exactly as it is on the wire.
bool is_probe(std::string_view head) {
  http::RequestScanner scanner;
  EXPECT_TRUE(scanner.scan(as_bytes(head)).complete()) << head;
  return is_health_check(scanner.head());
}

bool is_probe_by(std::string_view agent) {
  return is_probe("GET /any HTTP/1.1\r\nHost: a\r\nUser-Agent: " + std::string(agent) + "\r\n\r\n");
}

TEST(HealthCheck, KnowsProbesByTheirUserAgents) {
  for (const auto agent :
       {"ELB-HealthChecker/2.0", "ELB-HealthChecker/1.0",
        "Amazon-Route53-Health-Check-Service (ref 1c2f; report http://x)", "GoogleHC/1.0",
        "Edge Health Probe", "Load Balancer Agent", "HealthCheck/1.0",
        "ReadyForRequest/1.0 (HealthCheck)", "nginx/1.25.3 (health check)",
        "NGINX/1.15.10 (Health Check)", "kube-probe/1.29", "kube-probe/1.33+",
        "Consul Health Check", "Envoy/HC"}) {
    EXPECT_TRUE(is_probe_by(agent)) << agent;
  }
}

TEST(HealthCheck, TakesNoOtherUserAgentForAProbe) {
  for (const auto agent :
       {"curl/8.5.0",
        "Wget/1.21",
        "Go-http-client/1.1",
        "okhttp/4.12",
        "python-requests/2.31",
        "axios/1.6",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/124 Safari/537.36",
        "Mozilla/5.0 (compatible; kube-probe/1.29)",
        "nginx/1.25.3",
        "nginx/ (health check)",
        "x nginx/1.25.3 (health check)",
        "nginx/1.25.3 (health check) x",
        "Envoy/HC2",
        "envoy",
        "NOT/Envoy/HC",
        "Consul Health Checks",
        "consul",
        "HealthCheck/1.0.1",
        "HealthCheck",
        "kube-probe",
        "GoogleHC",
        "Googlebot/2.1",
        "elb-healthchecker/2.0",
        "Prometheus/2.51.0",
        "Blackbox Exporter/0.24",
        "UptimeRobot/2.0",
        "HAProxy",
        ""}) {
    EXPECT_FALSE(is_probe_by(agent)) << agent;
  }
}

// Recorded from HAProxy 2.6 with `option httpchk` and what stands beside each.
TEST(HealthCheck, KnowsWhatHaproxySends) {
  EXPECT_TRUE(is_probe("OPTIONS / HTTP/1.0\r\n\r\n"));         // no arguments
  EXPECT_TRUE(is_probe("OPTIONS /healthz HTTP/1.0\r\n\r\n"));  // /healthz
  EXPECT_TRUE(is_probe("GET /healthz HTTP/1.0\r\n\r\n"));      // GET /healthz
  EXPECT_TRUE(is_probe("HEAD /healthz HTTP/1.0\r\n\r\n"));     // HEAD /healthz
  // OPTIONS / HTTP/1.0\r\nHost:\ a, and the same for HTTP/1.1
  EXPECT_TRUE(is_probe("OPTIONS / HTTP/1.0\r\nhost: a\r\n\r\n"));
  EXPECT_TRUE(is_probe("OPTIONS / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"));
  // http-check send-state
  EXPECT_TRUE(
      is_probe("OPTIONS / HTTP/1.0\r\n"
               "x-haproxy-server-state: UP 1/3; name=b/a; node=vm; weight=1/1\r\n\r\n"));
  EXPECT_TRUE(
      is_probe("GET /h HTTP/1.1\r\nhost: a\r\nx-haproxy-server-state: DOWN\r\n"
               "connection: close\r\n\r\n"));
}

TEST(HealthCheck, TakesNoOtherOptionsForHaproxys) {
  // A browser's preflight.
  EXPECT_FALSE(
      is_probe("OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: https://b\r\n"
               "Access-Control-Request-Method: PUT\r\nUser-Agent: Mozilla/5.0\r\n\r\n"));
  EXPECT_FALSE(is_probe("OPTIONS / HTTP/1.1\r\nhost: a\r\norigin: https://b\r\n\r\n"));
  EXPECT_FALSE(
      is_probe("OPTIONS / HTTP/1.1\r\nhost: a\r\norigin: https://b\r\n"
               "connection: close\r\n\r\n"));
  EXPECT_FALSE(is_probe("OPTIONS / HTTP/1.0\r\nOrigin: https://b\r\n\r\n"));
  // A Node client, which names no agent; hyper, which writes small letters; a proxy between.
  EXPECT_FALSE(is_probe("OPTIONS / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  EXPECT_FALSE(is_probe("OPTIONS / HTTP/1.1\r\nhost: a\r\n\r\n"));
  EXPECT_FALSE(is_probe("OPTIONS / HTTP/1.1\r\nhost: a\r\nconnection: keep-alive\r\n\r\n"));
  EXPECT_FALSE(is_probe("OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_FALSE(is_probe("OPTIONS * HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n"));
}

TEST(HealthCheck, TakesNoOtherRequestWithoutUserAgentForAProbe) {
  EXPECT_FALSE(is_probe("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_FALSE(is_probe("GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"));
  EXPECT_FALSE(is_probe("GET / HTTP/1.0\r\nHost: a\r\n\r\n"));
  EXPECT_FALSE(is_probe("GET / HTTP/1.0\r\nHost: a\r\nConnection: close\r\n\r\n"));  // nginx
  EXPECT_FALSE(is_probe("GET / HTTP/1.0\r\nAccept: */*\r\n\r\n"));
  EXPECT_FALSE(is_probe("POST / HTTP/1.0\r\n\r\n"));
}

TEST(HealthCheck, IsAPartOfAMatch) {
  const Request probe("GET /any", "User-Agent: kube-probe/1.29\r\n");
  const Request traffic("GET /any", "User-Agent: curl/8.5.0\r\n");
  EXPECT_TRUE(accepts(R"({"healthchecks": true})", probe));
  EXPECT_FALSE(accepts(R"({"healthchecks": true})", traffic));
  EXPECT_FALSE(accepts(R"({"healthchecks": true, "path": "/other"})", probe));
  constexpr auto kOr = R"({"matches": [{"healthchecks": true}, {"path": "/ping"}]})";
  EXPECT_TRUE(accepts(kOr, probe));
  EXPECT_TRUE(accepts(kOr, Request("GET /ping", "User-Agent: Go-http-client/1.1\r\n")));
  EXPECT_FALSE(accepts(kOr, traffic));
}

}  // namespace
}  // namespace firedrill
