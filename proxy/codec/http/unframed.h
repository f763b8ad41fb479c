#pragma once

#include "proxy/codec/http/head.h"
#include "proxy/core/bytes.h"

namespace firedrill::http {

// A body, taken out of its framing, as far as it has come.
struct Unframed {
  Bytes payload;
  std::size_t size = 0;          // of the bytes that it was taken from: what follows is not its own
  bool whole = false;            // nothing is missing; one that ends with the connection never is
  Reason reason = Reason::none;  // not none: the framing is broken
};

// What `bytes`, which begin with a body, hold of it. Trailers are left out.
Unframed unframe(const Framing& framing, ByteView bytes);

}  // namespace firedrill::http
