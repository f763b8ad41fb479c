#pragma once

#include "bench/load/bulk_client.h"
#include "bench/load/event_loop.h"

#include <cstdint>

namespace firedrill::bench {

// The other side of a BulkClient: swallows what comes up, or sends without end.
class BulkService {
 public:
  BulkService(EventLoop& loop, Direction direction, std::uint16_t port);

  std::uint16_t port() const { return local_endpoint(listener_).port(); }

 private:
  void accept_one();

  EventLoop& loop_;
  Direction direction_;
  Bytes block_;
  Socket listener_;
};

}  // namespace firedrill::bench
