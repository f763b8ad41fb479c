#include "proxy/session/dns_udp_upstream.h"

#include <sys/socket.h>

namespace firedrill {
namespace {

constexpr int kBuffer = 4 << 20;

Fd connected_socket(const SocketAddress& server) {
  Fd fd(::socket(server.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fd;
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &kBuffer, sizeof kBuffer);
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &kBuffer, sizeof kBuffer);
  if (::connect(fd.get(), server.get(), server.size) != 0) fd.close();
  return fd;
}

}  // namespace

DnsUdpUpstream::DnsUdpUpstream(Loop& loop, const SocketAddress& server, std::uint32_t number,
                               const Read& read)
    : server_(server), number_(number) {
  for (std::uint32_t i = 0; i < kSockets; ++i) {
    Fd fd = connected_socket(server);
    if (!fd) break;
    const int raw = fd.get();
    sockets_.push_back(std::make_unique<DatagramSocket>(
        loop, std::move(fd),
        [read, raw, socket = number * kSockets + i] { return read(raw, socket); }));
    if (!sockets_.back()->watched()) sockets_.pop_back();
  }
  if (sockets_.size() < kSockets) sockets_.clear();  // all or none: the next query tries again
}

void DnsUdpUpstream::flush() {
  batch_.flush(usable() ? sockets_[chosen_]->fd() : -1);
}

}  // namespace firedrill
