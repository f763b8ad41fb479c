#pragma once

#include "tests/session/tcp_plug.h"

namespace firedrill::test {

// A tcp proxy at work, and its upstream.
struct TcpProxied : testing::Test {
  Plug upstream = Plug::bound(SOCK_STREAM);
  RunningProxy proxy{proxy_config(Protocol::tcp, {address(upstream.port())})};

  Plug connect() const { return Plug::connected(SOCK_STREAM, proxy.port()); }
  // When the proxy has read as much, whether or not it keeps it.
  bool took(std::uint64_t request, std::uint64_t response) {
    return eventually([&] {
      const Counters counters = proxy.counters();
      return counters.bytes_request == request && counters.bytes_response == response;
    });
  }
};

}  // namespace firedrill::test
