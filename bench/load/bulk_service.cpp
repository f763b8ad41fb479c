#include "bench/load/bulk_service.h"

#include "bench/load/bulk_transfer.h"

#include <memory>
#include <utility>

namespace firedrill::bench {

BulkService::BulkService(EventLoop& loop, Direction direction, std::uint16_t port)
    : loop_(loop),
      direction_(direction),
      block_(kBulkBlock, std::byte{'x'}),
      listener_(listen_tcp(Endpoint::loopback(port))) {
  loop_.watch(listener_.descriptor(), Interest::readable, [this] {
    accept_one();
    return Next::keep;
  });
}

void BulkService::accept_one() {
  const auto socket = std::make_shared<Socket>(accept_tcp(listener_));
  if (socket->descriptor() < 0) return;
  const Interest interest = direction_ == Direction::up ? Interest::readable : Interest::writable;
  loop_.watch(socket->descriptor(), interest, [this, socket] {
    const Transfer transfer =
        direction_ == Direction::up ? swallow(*socket) : send_block(*socket, block_);
    return transfer.state == Transfer::State::ended ? Next::drop : Next::keep;
  });
}

}  // namespace firedrill::bench
