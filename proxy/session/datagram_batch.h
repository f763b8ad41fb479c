#pragma once

#include "proxy/core/address.h"
#include "proxy/core/bytes.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>

namespace firedrill {

// How many datagrams one system call moves.
inline constexpr std::size_t kDatagrams = 32;

// Who sent a datagram and, where the socket tells (wildcard binds), to which of our addresses; an
// answer goes the same way back.
struct DatagramPath {
  enum class Local : std::uint8_t { as_bound, v4, v6 };
  union Peer {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  };
  union LocalInfo {
    in_pktinfo v4;
    in6_pktinfo v6;
  };

  Peer peer;
  LocalInfo info;
  Local local;

  socklen_t peer_size() const {
    return peer.any.sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  }
  Cidr::Raw ip() const;
  std::uint16_t port() const;
};

// Receives datagrams in batches. What a batch gave is valid until the next.
class DatagramReader {
 public:
  struct Result {
    std::size_t count = 0;
    bool more = false;     // the socket may hold more
    bool refused = false;  // nobody is there: the news of an earlier datagram
  };

  DatagramReader();

  // From a connected socket.
  Result receive(int fd);
  // From a socket that anybody may send to: path() tells who did.
  Result receive_from(int fd);

  std::span<std::byte> message(std::size_t i) { return room(i).first(headers_[i].msg_len); }
  // The message's buffer, which an answer may take over.
  std::span<std::byte> room(std::size_t i);
  DatagramPath path(std::size_t i) const;
  // How many datagrams the kernel has dropped on the socket so far, where it told with the message;
  // else zero.
  std::uint32_t drops(std::size_t i) const;

 private:
  using Control = std::array<std::byte, 128>;

  Result receive_batch(int fd);

  std::array<mmsghdr, kDatagrams> headers_{};
  std::array<iovec, kDatagrams> vectors_{};
  std::array<DatagramPath::Peer, kDatagrams> peers_;
  alignas(cmsghdr) std::array<Control, kDatagrams> controls_;
  std::unique_ptr<std::byte[]> buffers_;
};

// Sends datagrams in batches. The bytes stay the caller's until flush() has returned. What the
// kernel does not take is lost, as datagrams may be.
class DatagramWriter {
 public:
  DatagramWriter();

  // To the peer of a connected socket, or back along `path`. Not when it is full.
  void add(ByteView message);
  void add(ByteView message, const DatagramPath& path);
  bool full() const { return count_ == kDatagrams; }

  void flush(int fd);

 private:
  using Control = std::array<std::byte, CMSG_SPACE(sizeof(in6_pktinfo))>;

  std::size_t count_ = 0;
  std::array<mmsghdr, kDatagrams> headers_{};
  std::array<iovec, kDatagrams> vectors_{};
  std::array<DatagramPath::Peer, kDatagrams> peers_;
  alignas(cmsghdr) std::array<Control, kDatagrams> controls_;
};

}  // namespace firedrill
