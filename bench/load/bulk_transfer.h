#pragma once

#include "bench/load/socket.h"
#include "proxy/core/bytes.h"

#include <cstddef>

namespace firedrill::bench {

// How much is moved in one call, so that many streams take turns.
inline constexpr std::size_t kBulkBlock = 256_KiB;

struct Transfer {
  enum class State { open, ended };
  std::size_t count = 0;
  State state = State::open;
};

// Sends what the socket takes of `block`.
Transfer send_block(const Socket& socket, ByteView block);
// Receives up to a block and throws it away within the kernel, which costs this side no copy: what
// is measured is the proxy.
Transfer swallow(const Socket& socket);

}  // namespace firedrill::bench
