#pragma once

#include "bench/load/socket.h"
#include "proxy/core/bytes.h"

#include <cstddef>

namespace firedrill::bench {

// Bytes on their way into a stream socket that doesn't always take all of them at once.
class Outbox {
 public:
  enum class State { empty, waiting, failed };

  // To be filled by appending; what is there goes out by flush().
  Bytes& bytes() { return bytes_; }
  bool empty() const { return bytes_.empty(); }

  State flush(const Socket& socket);

 private:
  Bytes bytes_;
  std::size_t sent_ = 0;
};

}  // namespace firedrill::bench
