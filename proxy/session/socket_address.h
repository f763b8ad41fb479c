#pragma once

#include "proxy/core/address.h"
#include "proxy/model/peer.h"
#include "proxy/session/fd.h"

#include <sys/socket.h>

#include <optional>
#include <string>

namespace firedrill {

// A socket address as the kernel takes it.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }

  void set_port(std::uint16_t port);
  std::uint16_t port() const;
  // The IP address as 16 bytes; zeros for a Unix socket.
  Cidr::Raw ip() const;
  // "127.0.0.1:80", "[::1]:80" or "unix:/path".
  std::string text() const;
};

// Whether both are the same IP address and port.
bool same_endpoint(const SocketAddress& left, const SocketAddress& right);

// The address without resolving: literal IPs, `localhost`, an empty host (all IPv6 and IPv4
// addresses) and Unix paths. Nothing for other names.
std::optional<SocketAddress> literal(const Address& address);

// The other end, or this end, of a socket; size 0 when the kernel can't tell.
SocketAddress peer_of(int fd);
SocketAddress local_of(int fd);

// Whether the file of a Unix socket is left of a listener that is gone. Never waits.
bool is_abandoned(const SocketAddress& unix_socket);

// A non-blocking, close-on-exec stream socket for `family`, with Nagle's algorithm off.
Fd stream_socket(int family);

}  // namespace firedrill
