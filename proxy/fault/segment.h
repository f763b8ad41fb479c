#pragma once

#include "proxy/core/bytes.h"
#include "proxy/core/time.h"

namespace firedrill {

// What travels along a link, in order: bytes, or the end of them.
struct Segment {
  // A `fin` ends this direction alone; `close` ends the whole connection, with FIN to both sides,
  // and `reset` does so with RST. In ascending order: of two endings the greater one counts.
  enum class Kind : std::uint8_t { data, fin, close, reset };

  Kind kind = Kind::data;
  Bytes bytes = {};    // empty unless kind is data
  TimePoint due = {};  // the earliest moment at which it may leave
};

}  // namespace firedrill
