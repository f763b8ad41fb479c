#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace firedrill::bench {

// An IPv4 address and port. The benchmarks never leave the loopback interface.
struct Endpoint {
  sockaddr_in address{};

  static Endpoint loopback(std::uint16_t port);
  // Reads "127.0.0.1:8080"; throws std::invalid_argument for anything else.
  static Endpoint parse(const std::string& text);

  std::uint16_t port() const;
};

// A descriptor that is closed when its owner goes.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Socket();

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

// All sockets are non-blocking; TCP ones send at once (TCP_NODELAY). These throw std::system_error.
Socket listen_tcp(Endpoint at);
Socket bind_udp(Endpoint at);
Socket connect_udp(Endpoint to);
// The connection is under way when this returns; its failure shows on the first send or receive.
Socket connect_tcp(Endpoint to);
// A connection that waits on `listener`; an empty socket (descriptor -1) when there is none.
Socket accept_tcp(const Socket& listener);

Endpoint local_endpoint(const Socket& socket);

// Lets this process hold as many descriptors as the system permits.
void raise_descriptor_limit();

}  // namespace firedrill::bench
