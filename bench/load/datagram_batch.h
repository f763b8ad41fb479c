#pragma once

#include "bench/load/dns_message.h"
#include "bench/load/socket.h"
#include "proxy/core/bytes.h"

#include <sys/socket.h>

#include <array>
#include <cstddef>

namespace firedrill::bench {

// Datagrams that are received and sent many at a time, with their peers' addresses.
class DatagramBatch {
 public:
  static constexpr std::size_t kCapacity = 32;

  // Fills the batch with what waits on the socket, and answers how many that is.
  std::size_t receive(const Socket& socket);
  ByteView at(std::size_t index) const;
  Endpoint from(std::size_t index) const { return peers_[index]; }

  void clear() { size_ = 0; }
  bool full() const { return size_ == kCapacity; }
  // The datagram is cut to what fits. A connected socket needs no address.
  void add(ByteView datagram);
  void add(ByteView datagram, Endpoint to);
  // Sends all that was added and clears the batch; answers how many the socket took.
  std::size_t send(const Socket& socket);

 private:
  using Slot = std::array<std::byte, dns::kLargestMessage>;

  std::array<Slot, kCapacity> slots_;
  std::array<std::size_t, kCapacity> lengths_{};
  std::array<Endpoint, kCapacity> peers_{};
  std::array<iovec, kCapacity> vectors_{};
  std::array<mmsghdr, kCapacity> headers_{};
  std::size_t size_ = 0;
};

}  // namespace firedrill::bench
