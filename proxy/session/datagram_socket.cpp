#include "proxy/session/datagram_socket.h"

#include <sys/epoll.h>

#include <utility>

namespace firedrill {
namespace {

constexpr int kBatchesInARow = 4;

}  // namespace

DatagramSocket::DatagramSocket(Loop& loop, Fd fd, Read read)
    : loop_(loop),
      fd_(std::move(fd)),
      read_(std::move(read)),
      watched_(loop.watch(fd_.get(), *this, Loop::Interest::read)) {}

void DatagramSocket::on_events(std::uint32_t events) {
  if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) loop_.queue(*this);
}

void DatagramSocket::run() {
  for (int batch = 0; batch < kBatchesInARow; ++batch) {
    if (!fd_ || read_() == More::no) return;
  }
  loop_.queue(*this);
}

}  // namespace firedrill
