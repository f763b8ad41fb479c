#pragma once

#include "proxy/core/bytes.h"

#include <cstddef>
#include <functional>

namespace firedrill::bench::dns {

// DNS messages on a TCP stream, each after its length in two octets.
class Frames {
 public:
  // Takes what was received and calls `each` with every message that is now complete.
  void take(ByteView bytes, const std::function<void(ByteView)>& each);

 private:
  Bytes partial_;
};

void append_frame(Bytes& stream, ByteView message);

}  // namespace firedrill::bench::dns
