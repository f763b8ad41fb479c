#pragma once

#include "tests/session/tcp_plug.h"

#include <poll.h>

#include <optional>

namespace firedrill::test {

inline constexpr std::string_view kGet = "GET /orders HTTP/1.1\r\nHost: shop\r\n\r\n";
inline constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// An upstream, a proxy in front of it, and one client connection.
struct HttpProxied : testing::Test {
  HttpProxied() : HttpProxied([](ProxyConfig&) {}) {}
  template <class Edit>
  explicit HttpProxied(Edit edit) : proxy(configured(edit)) {}

  template <class Edit>
  ProxyConfig configured(Edit edit) const {
    ProxyConfig config = proxy_config(Protocol::http, {address(upstream.port())});
    edit(config);
    return config;
  }

  Plug connect() const { return Plug::connected(SOCK_STREAM, proxy.port()); }
  // The upstream's end of the next connection, which has brought this request.
  Plug asked(std::string_view request) const {
    Plug server = upstream.accept();
    expect(server, request);
    return server;
  }
  // One exchange on connections that are there already.
  void exchange(const Plug& server) const {
    say(client, kGet);
    expect(server, kGet);
    say(server, kOk);
    expect(client, kOk);
  }
  // Whether nobody has connected to the upstream, without waiting for it.
  bool upstream_is_quiet() const {
    pollfd waiting{.fd = upstream.fd(), .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 0) == 0;
  }

  Plug upstream = Plug::bound(SOCK_STREAM);
  RunningProxy proxy;
  Plug client = connect();
};

// The text of one message up to the blank line.
inline std::string whole_head(const Plug& plug) {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    const std::string one = next(plug, 1);
    if (one.empty()) break;
    head += one;
  }
  return head;
}

}  // namespace firedrill::test
