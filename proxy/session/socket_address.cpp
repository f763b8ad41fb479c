#include "proxy/session/socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace firedrill {
namespace {

sockaddr_in& v4(SocketAddress& address) {
  return reinterpret_cast<sockaddr_in&>(address.storage);
}
const sockaddr_in& v4(const SocketAddress& address) {
  return reinterpret_cast<const sockaddr_in&>(address.storage);
}
sockaddr_in6& v6(SocketAddress& address) {
  return reinterpret_cast<sockaddr_in6&>(address.storage);
}
const sockaddr_in6& v6(const SocketAddress& address) {
  return reinterpret_cast<const sockaddr_in6&>(address.storage);
}

SocketAddress unix_address(const std::string& path) {
  SocketAddress address;
  auto& local = reinterpret_cast<sockaddr_un&>(address.storage);
  local.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), local.sun_path);
  address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
  return address;
}

}  // namespace

void SocketAddress::set_port(std::uint16_t port) {
  if (family() == AF_INET) v4(*this).sin_port = htons(port);
  if (family() == AF_INET6) v6(*this).sin6_port = htons(port);
}

std::uint16_t SocketAddress::port() const {
  if (family() == AF_INET) return ntohs(v4(*this).sin_port);
  if (family() == AF_INET6) return ntohs(v6(*this).sin6_port);
  return 0;
}

Cidr::Raw SocketAddress::ip() const {
  Cidr::Raw raw{};
  if (family() == AF_INET6) std::memcpy(raw.data(), &v6(*this).sin6_addr, raw.size());
  if (family() == AF_INET) {
    raw[10] = raw[11] = 0xff;
    std::memcpy(raw.data() + 12, &v4(*this).sin_addr, 4);
  }
  return raw;
}

std::string SocketAddress::text() const {
  if (family() == AF_UNIX) {
    const auto& local = reinterpret_cast<const sockaddr_un&>(storage);
    const std::size_t used =
        size > offsetof(sockaddr_un, sun_path) ? size - offsetof(sockaddr_un, sun_path) : 0;
    return "unix:" + std::string(local.sun_path, strnlen(local.sun_path, used));
  }
  std::array<char, INET6_ADDRSTRLEN> host{};
  if (family() == AF_INET6) {
    inet_ntop(AF_INET6, &v6(*this).sin6_addr, host.data(), host.size());
    return "[" + std::string(host.data()) + "]:" + std::to_string(port());
  }
  inet_ntop(AF_INET, &v4(*this).sin_addr, host.data(), host.size());
  return std::string(host.data()) + ":" + std::to_string(port());
}

bool same_endpoint(const SocketAddress& left, const SocketAddress& right) {
  return left.port() == right.port() && left.ip() == right.ip();
}

std::optional<SocketAddress> literal(const Address& address) {
  if (address.is_unix()) return unix_address(address.unix_path);
  SocketAddress result;
  std::string host = address.host;
  if (host.empty()) host = "::";
  if (host == "localhost") host = "127.0.0.1";
  if (inet_pton(AF_INET, host.c_str(), &v4(result).sin_addr) == 1) {
    v4(result).sin_family = AF_INET;
    result.size = sizeof(sockaddr_in);
  } else if (inet_pton(AF_INET6, host.c_str(), &v6(result).sin6_addr) == 1) {
    v6(result).sin6_family = AF_INET6;
    result.size = sizeof(sockaddr_in6);
  } else {
    return std::nullopt;
  }
  result.set_port(address.port);
  return result;
}

SocketAddress peer_of(int fd) {
  SocketAddress address;
  address.size = sizeof address.storage;
  if (getpeername(fd, address.get(), &address.size) != 0) address.size = 0;
  return address;
}

SocketAddress local_of(int fd) {
  SocketAddress address;
  address.size = sizeof address.storage;
  if (getsockname(fd, address.get(), &address.size) != 0) address.size = 0;
  return address;
}

bool is_abandoned(const SocketAddress& unix_socket) {
  const Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  // Any other failure comes from a listener: its queue is full, or it takes another type of socket.
  return probe && ::connect(probe.get(), unix_socket.get(), unix_socket.size) != 0 &&
         errno == ECONNREFUSED;
}

Fd stream_socket(int family) {
  Fd fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (fd && family != AF_UNIX) setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

}  // namespace firedrill
