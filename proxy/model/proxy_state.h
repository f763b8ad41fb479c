#pragma once

#include <atomic>
#include <cstdint>

namespace firedrill {

// What the workers share about one proxy, because its meaning is global. Single-purpose counters
// that are touched once a connection, never for a byte or a message.
struct ProxyState {
  std::atomic<std::uint64_t> connections{0};  // accepted so far: gives each its ordinal
  std::atomic<std::uint32_t> open{0};         // open now, for max_connections
};

}  // namespace firedrill
