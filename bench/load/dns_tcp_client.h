#pragma once

#include "bench/load/dns_frames.h"
#include "bench/load/dns_window.h"
#include "bench/load/event_loop.h"
#include "bench/load/meter.h"
#include "bench/load/outbox.h"

#include <array>
#include <cstddef>
#include <deque>

namespace firedrill::bench::dns {

// Keeps a window of queries under way on each of its TCP connections (RFC 7766 pipelining); answers
// may come in any order.
class TcpClient {
 public:
  struct Plan {
    Endpoint to;
    std::size_t connections = 4;
    std::size_t window = 16;  // of each connection
  };

  TcpClient(EventLoop& loop, Meter& meter, Plan plan);

  // Whether every connection has had an answer.
  bool warm() const;

 private:
  struct Asker {
    Socket socket;
    Window window;
    Frames frames{};
    Outbox outbox{};
  };

  Next advance(Asker& asker);
  // False when the connection has ended.
  bool receive(Asker& asker);
  void fill(Asker& asker);

  Meter& meter_;
  std::deque<Asker> askers_;
  std::array<std::byte, 64_KiB> buffer_;
};

}  // namespace firedrill::bench::dns
