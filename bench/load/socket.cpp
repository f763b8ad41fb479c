#include "bench/load/socket.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <system_error>

namespace firedrill::bench {
namespace {

constexpr int kBacklog = 4096;
// Room for a whole window of DNS messages, so that a full queue never passes for a slow proxy.
constexpr int kDatagramBuffer = 4 << 20;

void require(int status, const char* what) {
  if (status < 0) throw std::system_error(errno, std::generic_category(), what);
}

const sockaddr* generic(const Endpoint& endpoint) {
  return reinterpret_cast<const sockaddr*>(&endpoint.address);
}

void set_option(const Socket& socket, int level, int option, int value) {
  require(setsockopt(socket.descriptor(), level, option, &value, sizeof value), "setsockopt");
}

Socket open(int type) {
  const int descriptor = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  require(descriptor, "socket");
  return Socket(descriptor);
}

Socket open_datagram() {
  Socket socket = open(SOCK_DGRAM);
  set_option(socket, SOL_SOCKET, SO_RCVBUF, kDatagramBuffer);
  set_option(socket, SOL_SOCKET, SO_SNDBUF, kDatagramBuffer);
  return socket;
}

}  // namespace

Endpoint Endpoint::loopback(std::uint16_t port) {
  Endpoint endpoint;
  endpoint.address.sin_family = AF_INET;
  endpoint.address.sin_port = htons(port);
  endpoint.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return endpoint;
}

Endpoint Endpoint::parse(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) throw std::invalid_argument("not address:port: " + text);
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, port);
  Endpoint endpoint = loopback(port);
  const std::string host = text.substr(0, colon);
  if (error != std::errc() || rest != end ||
      inet_pton(AF_INET, host.c_str(), &endpoint.address.sin_addr) != 1) {
    throw std::invalid_argument("not address:port: " + text);
  }
  return endpoint;
}

std::uint16_t Endpoint::port() const {
  return ntohs(address.sin_port);
}

Socket::~Socket() {
  if (descriptor_ >= 0) close(descriptor_);
}

Socket listen_tcp(Endpoint at) {
  Socket socket = open(SOCK_STREAM);
  set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);  // accepted sockets inherit it
  require(bind(socket.descriptor(), generic(at), sizeof at.address), "bind");
  require(listen(socket.descriptor(), kBacklog), "listen");
  return socket;
}

Socket bind_udp(Endpoint at) {
  Socket socket = open_datagram();
  require(bind(socket.descriptor(), generic(at), sizeof at.address), "bind");
  return socket;
}

Socket connect_udp(Endpoint to) {
  Socket socket = open_datagram();
  require(connect(socket.descriptor(), generic(to), sizeof to.address), "connect");
  return socket;
}

Socket connect_tcp(Endpoint to) {
  Socket socket = open(SOCK_STREAM);
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  if (connect(socket.descriptor(), generic(to), sizeof to.address) < 0 && errno != EINPROGRESS) {
    throw std::system_error(errno, std::generic_category(), "connect");
  }
  return socket;
}

Socket accept_tcp(const Socket& listener) {
  return Socket(accept4(listener.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

Endpoint local_endpoint(const Socket& socket) {
  Endpoint endpoint;
  socklen_t size = sizeof endpoint.address;
  require(getsockname(socket.descriptor(), reinterpret_cast<sockaddr*>(&endpoint.address), &size),
          "getsockname");
  return endpoint;
}

void raise_descriptor_limit() {
  rlimit limit{};
  require(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  require(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

}  // namespace firedrill::bench
