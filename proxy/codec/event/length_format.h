#pragma once

#include <cstdint>

namespace firedrill::event {

enum class Endian : std::uint8_t { big, little };

// How a frame says its length. `offset` bytes come before the length; what follows it is as long as
// it says, plus `adjust`: negative where the length counts the header too.
struct LengthFormat {
  unsigned width = 4;  // bytes: 1, 2, 3, 4 or 8
  Endian endian = Endian::big;
  unsigned offset = 0;
  std::int64_t adjust = 0;
};

}  // namespace firedrill::event
