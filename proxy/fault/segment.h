#pragma once

#include "proxy/core/bytes.h"
#include "proxy/core/time.h"

namespace firedrill {

// What travels along a link, in order: bytes, or the end of them.
struct Segment {
  enum class Kind : std::uint8_t { data, fin, reset };

  Kind kind = Kind::data;
  Bytes bytes = {};    // empty unless kind is data
  TimePoint due = {};  // the earliest moment at which it may leave
};

}  // namespace firedrill
