#pragma once

#include "bench/load/datagram_batch.h"
#include "bench/load/dns_window.h"
#include "bench/load/event_loop.h"
#include "bench/load/meter.h"
#include "bench/load/paced_start.h"

#include <cstddef>
#include <deque>

namespace firedrill::bench::dns {

// Asks over UDP from several sockets, as many clients do: each keeps a window of queries under way,
// or they take turns at a fixed rate.
class UdpClient {
 public:
  struct Plan {
    Endpoint to;
    std::size_t sockets = 8;
    std::size_t window = 64;  // of each socket
    Duration interval{};      // from one query to the next; zero: as soon as a window has room
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
  void send_due();
  void expire();

  Meter& meter_;
  Duration interval_;
  std::deque<Asker> askers_;
  DatagramBatch batch_;
  TimePoint due_{};  // of the next query, at a fixed rate
  std::size_t turns_ = 0;
  PacedStart pace_;  // each has one entry, which comes back
  PacedStart expiry_;
};

}  // namespace firedrill::bench::dns
