#include "bench/load/bulk_client.h"

#include "bench/load/bulk_transfer.h"

namespace firedrill::bench {

BulkClient::BulkClient(EventLoop& loop, Meter& meter, Plan plan)
    : meter_(meter), direction_(plan.direction), block_(kBulkBlock, std::byte{'x'}) {
  for (std::size_t i = 0; i < plan.streams; ++i) {
    Stream& stream = streams_.emplace_back(Stream{.socket = connect_tcp(plan.to)});
    const Interest interest = direction_ == Direction::up ? Interest::writable : Interest::readable;
    loop.watch(stream.socket.descriptor(), interest, [this, &stream] { return move(stream); });
  }
}

Next BulkClient::move(Stream& stream) {
  const Transfer transfer =
      direction_ == Direction::up ? send_block(stream.socket, block_) : swallow(stream.socket);
  meter_.bytes(transfer.count);
  if (transfer.count > 0 && !stream.warm) {
    stream.warm = true;
    ++warm_;
  }
  if (transfer.state == Transfer::State::ended) {
    meter_.error("stream ended");
    return Next::drop;
  }
  return Next::keep;
}

}  // namespace firedrill::bench
