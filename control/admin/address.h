#pragma once

#include "proxy/core/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace firedrill::admin {

// Where the admin API listens: a host with a port, or the path of a Unix socket.
struct Address {
  std::string host;  // without brackets; "" for a Unix socket
  std::uint16_t port = 0;
  std::string path;  // "" for TCP

  bool is_unix() const { return !path.empty(); }
  // Whether only this machine can reach it.
  bool is_local() const;
  std::string text() const;
};

// Reads "127.0.0.1:8474", "[::1]:8474", "localhost:0" or "unix:/run/firedrill/admin.sock". The
// problem has no path: the caller knows which field it was.
Result<Address> parse_address(std::string_view text);

}  // namespace firedrill::admin
