#include "control/demo/tour.h"

#include <boost/algorithm/string/replace.hpp>

#include <string_view>

namespace firedrill::demo {
namespace {

constexpr std::string_view kTour = R"(firedrill demo: a shop, its DNS zone and an echo service, each behind a proxy.
Everything works now. Open a second terminal and break it, line by line.

1. A load balancer's health check fails, while the service itself is well
     curl -i http://{shop}/healthz                              200 OK
     {firedrill} fault enable checkout-health-503
     curl -i http://{shop}/healthz                              503, the very page of HAProxy
     curl http://{shop}/orders                                  still works
     {firedrill} fault disable checkout-health-503
     curl -i http://{shop}/healthz                              200 OK again

2. A name has the wrong address
     dig @{dns-host} -p {dns-port} +noall +answer payments.shop.demo       10.20.30.7
     {firedrill} fault enable payments-wrong-address --for 30s
     dig @{dns-host} -p {dns-port} +noall +answer payments.shop.demo       10.20.30.99
     dig @{dns-host} -p {dns-port} +noall +answer shop.demo                10.20.30.5, as ever
   Wait for half a minute: it ends by itself, and dig shows 10.20.30.7 again.

3. A service is stopped, or slow
     bash -c 'exec 3<>/dev/tcp/{echo-host}/{echo-port}; echo hi >&3; time head -1 <&3'      hi, at once
     {firedrill} fault enable echo-slow
     bash -c 'exec 3<>/dev/tcp/{echo-host}/{echo-port}; echo hi >&3; time head -1 <&3'      hi, after 1.5 s
     {firedrill} fault disable echo-slow
     {firedrill} fault enable echo-stopped
     bash -c 'exec 3<>/dev/tcp/{echo-host}/{echo-port}; echo hi >&3; time head -1 <&3'      connection refused
     {firedrill} fault disable echo-stopped

4. An event stream has an event that its consumer cannot process
     curl -N -m 3 http://{shop}/events/orders        ten orders, and a new one each second
     {firedrill} fault enable orders-poison
     curl -N -m 3 http://{shop}/events/orders        one order's JSON is cut short
     curl -N -m 3 http://{shop}/events/orders        it is still there: to connect again is no cure
     {firedrill} fault disable orders-poison
     curl -N -m 3 http://{shop}/events/orders        and now it is whole

Several at once, and the way out
     {firedrill} profile enable bad-friday
     {firedrill} fault ls                            what is active, and for how long still
     {firedrill} halt                                ends everything at once

The same over HTTP: curl -X POST -H 'Content-Type: application/json' -d '{"for": "1m"}' \
     http://{admin}/v1/faults/echo-stopped/enable    and http://{admin}/openapi.json has the rest
)";

}  // namespace

std::string tour(const Addresses& addresses, const std::string& command) {
  std::string text(kTour);
  const auto fill = [&](const std::string& place, const std::string& value) {
    boost::replace_all(text, place, value);
  };
  const auto fill_parts = [&](const std::string& place, const std::string& address) {
    const std::size_t colon = address.rfind(':');
    fill("{" + place + "-host}", address.substr(0, colon));
    fill("{" + place + "-port}", address.substr(colon + 1));
  };
  const bool usual = addresses.admin == Addresses{}.admin;
  fill("{firedrill}", usual ? command : "FIREDRILL_ADMIN=" + addresses.admin + " " + command);
  fill("{shop}", addresses.shop);
  fill("{admin}", addresses.admin);
  fill_parts("dns", addresses.dns);
  fill_parts("echo", addresses.echo);
  return text;
}

}  // namespace firedrill::demo
