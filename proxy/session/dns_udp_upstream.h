#pragma once

#include "proxy/session/datagram_batch.h"
#include "proxy/session/datagram_socket.h"
#include "proxy/session/socket_address.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace firedrill {

// One server that is asked over UDP: eight sockets that are connected to it, each from a port that
// the kernel picks at random, and what goes out over one of them next.
class DnsUdpUpstream {
 public:
  static constexpr std::uint32_t kSockets = 8;
  // Reads one batch from the socket with this number, which belongs to no other socket of the
  // proxy.
  using Read = std::function<DatagramSocket::More(int fd, std::uint32_t socket)>;

  // `number` tells it from every other.
  DnsUdpUpstream(Loop& loop, const SocketAddress& server, std::uint32_t number, const Read& read);

  const SocketAddress& server() const { return server_; }
  // False when the system has no sockets left, or no way there.
  bool usable() const { return !sockets_.empty(); }

  // Picks the socket of the next batch by a random number.
  void choose(std::uint32_t random) { chosen_ = random % kSockets; }
  std::uint32_t chosen() const { return number_ * kSockets + chosen_; }

  // The bytes stay the caller's until flush() has returned.
  void add(ByteView message) { batch_.add(message); }
  bool full() const { return batch_.full(); }
  void flush();

 private:
  SocketAddress server_;
  std::uint32_t number_;
  std::uint32_t chosen_ = 0;
  std::vector<std::unique_ptr<DatagramSocket>> sockets_;
  DatagramWriter batch_;
};

}  // namespace firedrill
