#pragma once

#include "proxy/codec/http/body.h"
#include "proxy/codec/http/head.h"
#include "proxy/core/bytes.h"

#include <utility>

namespace firedrill::http {

// Takes a body out of its framing, piece by piece as it comes.
class Unframer {
 public:
  explicit Unframer(const Framing& framing) : reader_(framing), whole_(reader_.ended()) {}

  // The bytes behind those fed before; what follows the body's end among them is left alone.
  void feed(ByteView bytes);
  // The sender has closed its connection.
  void close() { whole_ = reason_ == Reason::none && reader_.complete_at_close(); }

  // Whether nothing is missing.
  bool whole() const { return whole_; }
  // Not none: the framing is broken.
  Reason reason() const { return reason_; }
  // Of the bytes that it was taken from: what follows is not its own.
  std::size_t size() const { return size_; }

  const Bytes& payload() const { return payload_; }
  Bytes take_payload() { return std::exchange(payload_, {}); }
  // The lines behind the last chunk, raw.
  Bytes take_trailers() { return std::exchange(trailers_, {}); }

 private:
  BodyReader reader_;
  Bytes payload_;
  Bytes trailers_;
  std::size_t size_ = 0;
  bool whole_;
  Reason reason_ = Reason::none;
};

}  // namespace firedrill::http
