#include "bench/load/outbox.h"

#include <sys/socket.h>

#include <cerrno>

namespace firedrill::bench {

Outbox::State Outbox::flush(const Socket& socket) {
  while (sent_ < bytes_.size()) {
    const ssize_t count =
        send(socket.descriptor(), bytes_.data() + sent_, bytes_.size() - sent_, MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN ? State::waiting : State::failed;
    sent_ += static_cast<std::size_t>(count);
  }
  bytes_.clear();
  sent_ = 0;
  return State::empty;
}

}  // namespace firedrill::bench
