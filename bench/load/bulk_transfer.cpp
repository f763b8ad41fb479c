#include "bench/load/bulk_transfer.h"

#include <sys/socket.h>

#include <cerrno>

namespace firedrill::bench {
namespace {

Transfer outcome(ssize_t count) {
  if (count > 0) return {.count = static_cast<std::size_t>(count)};
  const bool later = count < 0 && errno == EAGAIN;
  return {.state = later ? Transfer::State::open : Transfer::State::ended};
}

}  // namespace

Transfer send_block(const Socket& socket, ByteView block) {
  return outcome(send(socket.descriptor(), block.data(), block.size(), MSG_NOSIGNAL));
}

Transfer swallow(const Socket& socket) {
  return outcome(recv(socket.descriptor(), nullptr, kBulkBlock, MSG_TRUNC));
}

}  // namespace firedrill::bench
