#pragma once

#include "bench/load/datagram_batch.h"
#include "bench/load/dns_window.h"
#include "bench/load/event_loop.h"
#include "bench/load/meter.h"
#include "bench/load/paced_start.h"

#include <cstddef>

namespace firedrill::bench::dns {

// Sends many queries at one moment over UDP, as a service does that has just started, and the next
// as many some time later. Those that have no answer by then are lost; whoever drops a part of a
// burst because a queue is too short for it shows that here.
class BurstClient {
 public:
  struct Plan {
    Endpoint to;
    std::size_t size = 500;
    Duration interval = std::chrono::milliseconds(100);
  };

  BurstClient(EventLoop& loop, Meter& meter, Plan plan);

  // Whether there has been an answer.
  bool warm() const { return window_.answered() > 0; }

 private:
  void burst();
  void receive();

  Meter& meter_;
  Duration interval_;
  Socket socket_;
  Window window_;
  DatagramBatch batch_;
  TimePoint next_;
  PacedStart pace_;  // one entry, which comes back
};

}  // namespace firedrill::bench::dns
