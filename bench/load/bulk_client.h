#pragma once

#include "bench/load/event_loop.h"
#include "bench/load/meter.h"
#include "proxy/core/bytes.h"

#include <cstddef>
#include <deque>

namespace firedrill::bench {

enum class Direction { up, down };

// Moves bytes as fast as they will go on `streams` connections: up into a service that swallows
// them, or down from one that sends without end.
class BulkClient {
 public:
  struct Plan {
    Endpoint to;
    Direction direction;
    std::size_t streams = 1;
  };

  BulkClient(EventLoop& loop, Meter& meter, Plan plan);

  // Whether every stream has moved some bytes.
  bool warm() const { return warm_ == streams_.size(); }

 private:
  struct Stream {
    Socket socket;
    bool warm = false;
  };

  Next move(Stream& stream);

  Meter& meter_;
  Direction direction_;
  Bytes block_;
  std::deque<Stream> streams_;
  std::size_t warm_ = 0;
};

}  // namespace firedrill::bench
