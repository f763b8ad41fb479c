#include "control/demo/tour.h"

#include <boost/algorithm/string/replace.hpp>

#include <string_view>

namespace firedrill::demo {
namespace {

constexpr std::string_view kTour =
    R"(firedrill demo: a shop, its DNS zone and an echo service, each behind a proxy.
All is well now. Break it from a second terminal, line by line; behind # is what you will see.

1. A load balancer's health check fails, while the service itself is well

     curl -i http://{shop}/healthz            # 200 OK
     {firedrill} fault enable checkout-health-503
     curl -i http://{shop}/healthz            # 503, on HAProxy's own error page
     curl http://{shop}/orders                # still works
     {firedrill} fault disable checkout-health-503
     curl -i http://{shop}/healthz            # 200 OK again

2. A name has the wrong address

     lookup() { dig @{dns-host} -p {dns-port} +noall +answer "$1"; }
     lookup payments.shop.demo                # 10.20.30.7
     {firedrill} fault enable payments-wrong-address --for 20s
     lookup payments.shop.demo                # 10.20.30.99
     lookup shop.demo                         # 10.20.30.5, as ever
     sleep 20; lookup payments.shop.demo      # 10.20.30.7: the fault has ended by itself

3. A service is slow, or stopped

     say() { bash -c 'exec 3<>/dev/tcp/{echo-host}/{echo-port}; echo hi >&3; time head -1 <&3'; }
     say                                      # hi, at once
     {firedrill} fault enable echo-slow
     say                                      # hi, after 1.5 s
     {firedrill} fault disable echo-slow
     {firedrill} fault enable echo-stopped
     say                                      # connection refused
     {firedrill} fault disable echo-stopped

4. An event stream has an event that its consumer cannot process

     curl -N -m 3 http://{shop}/events/orders # ten orders, and a new one each second
     {firedrill} fault enable orders-poison
     curl -N -m 3 http://{shop}/events/orders # the JSON of the first is cut short
     curl -N -m 3 -H 'Last-Event-ID: 0' http://{shop}/events/orders   # so it is on every reconnect
     {firedrill} fault disable orders-poison
     curl -N -m 3 -H 'Last-Event-ID: 0' http://{shop}/events/orders   # and now it is whole

Several at once, and the way out

     {firedrill} profile enable bad-friday
     {firedrill} fault ls                     # what is active, and for how long still
     {firedrill} halt                         # ends everything at once

The same over HTTP; http://{admin}/openapi.json has the rest

     curl -H 'Content-Type: application/json' -d '{"for": "1m"}' \
       http://{admin}/v1/faults/echo-stopped/enable

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
