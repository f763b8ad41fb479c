#pragma once

#include <cstdint>

namespace firedrill {

// How scarce memory is. When it is full, nobody new is accepted; when it is critical, connections
// that are idle have to go as well, those first that have been so for longest.
enum class Pressure : std::uint8_t { none, full, critical };

}  // namespace firedrill
