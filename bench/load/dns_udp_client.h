#pragma once

#include "bench/load/datagram_batch.h"
#include "bench/load/dns_window.h"
#include "bench/load/event_loop.h"
#include "bench/load/meter.h"
#include "bench/load/paced_start.h"

#include <cstddef>
#include <deque>

namespace firedrill::bench::dns {

// Keeps a window of queries under way over UDP, spread over several sockets as over many clients.
class UdpClient {
 public:
  struct Plan {
    Endpoint to;
    std::size_t sockets = 8;
    std::size_t window = 64;  // of each socket
  };

  UdpClient(EventLoop& loop, Meter& meter, Plan plan);

  // Whether every socket has had an answer.
  bool warm() const;

 private:
  struct Asker {
    Socket socket;
    Window window;
  };

  void receive(Asker& asker);
  void fill(Asker& asker);
  void expire();

  std::deque<Asker> askers_;
  DatagramBatch batch_;
  PacedStart expiry_;  // one entry, which comes back
};

}  // namespace firedrill::bench::dns
