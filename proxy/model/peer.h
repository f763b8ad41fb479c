#pragma once

#include "proxy/model/address.h"

#include <cstdint>

namespace firedrill {

// The client side of a session, as far as decisions depend on it.
struct Peer {
  Cidr::Raw address{};           // all zero for a Unix socket
  std::uint16_t port = 0;
  std::uint64_t connection = 0;  // the ordinal of the connection (for dns over UDP, of the query) at its proxy
};

}  // namespace firedrill
