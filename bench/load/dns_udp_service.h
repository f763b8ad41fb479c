#pragma once

#include "bench/load/datagram_batch.h"
#include "bench/load/event_loop.h"

#include <cstdint>

namespace firedrill::bench::dns {

// Answers DNS queries over UDP, a batch at a time; what is no query gets no answer.
class UdpService {
 public:
  UdpService(EventLoop& loop, std::uint16_t port);

  std::uint16_t port() const { return local_endpoint(socket_).port(); }

 private:
  void answer_waiting();

  Socket socket_;
  DatagramBatch queries_;
  DatagramBatch answers_;
};

}  // namespace firedrill::bench::dns
