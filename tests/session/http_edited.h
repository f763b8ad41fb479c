#pragma once

#include "proxy/codec/http/body.h"
#include "tests/session/http_plug.h"

#include <string>

namespace firedrill::test {

inline constexpr std::string_view kChunkedHead =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

inline std::string chunk(std::string_view text) {
  return std::string(http::ChunkHeader(text.size()).text()).append(text).append("\r\n");
}

// Exchanges whose messages faults edit.
struct HttpEdited : HttpProxied {
  using HttpProxied::HttpProxied;

  // The upstream's end, after it has answered one request of the client's so.
  Plug answered(std::string_view response, std::string_view request = kGet) const {
    say(client, request);
    Plug server = asked(request);
    say(server, response);
    return server;
  }
  // The next exchange, with the faults off, is answered rightly on the same connections.
  void expect_in_step(const Plug& server) {
    proxy.publish({});
    exchange(server);
  }
};

}  // namespace firedrill::test
