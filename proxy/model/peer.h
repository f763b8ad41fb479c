#pragma once

#include "proxy/core/address.h"

#include <cstdint>

namespace firedrill {

// The client side of a session, as far as decisions depend on it.
struct Peer {
  Cidr::Raw address{};  // all zero for a Unix socket
  std::uint16_t port = 0;
  // The ordinal of the connection, or for dns over UDP of the query, at its proxy.
  std::uint64_t connection = 0;
};

}  // namespace firedrill
