#pragma once

#include "bench/load/event_loop.h"
#include "bench/load/outbox.h"
#include "proxy/core/bytes.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <utility>

namespace firedrill::bench {

// What a conversation wants after it has answered.
enum class Talk { go_on, hang_up };

// A TCP service whose connections each hold a `Conversation`: it takes what was received and
// appends its answer. The connection is closed after the answer to a hang-up, or to the peer's end.
template <class Conversation>
class StreamService {
 public:
  StreamService(EventLoop& loop, std::uint16_t port)
      : loop_(loop), listener_(listen_tcp(Endpoint::loopback(port))) {
    loop_.watch(listener_.descriptor(), Interest::readable, [this] { return accept_one(); });
  }

  std::uint16_t port() const { return local_endpoint(listener_).port(); }

 private:
  struct Connection {
    Socket socket;
    Conversation conversation{};
    Outbox outbox{};
    bool ending = false;
  };

  Next accept_one() {
    auto connection = std::make_shared<Connection>(Connection{.socket = accept_tcp(listener_)});
    const int descriptor = connection->socket.descriptor();
    if (descriptor >= 0) {
      loop_.watch(descriptor, Interest::edges,
                  [this, connection = std::move(connection)] { return advance(*connection); });
    }
    return Next::keep;
  }

  // Reads nothing while an answer waits to go out, so that a slow reader costs no memory.
  Next advance(Connection& connection) {
    while (true) {
      const Outbox::State state = connection.outbox.flush(connection.socket);
      if (state == Outbox::State::waiting) return Next::keep;
      if (state == Outbox::State::failed || connection.ending) return Next::drop;
      const ssize_t count = recv(connection.socket.descriptor(), buffer_.data(), buffer_.size(), 0);
      if (count < 0) return errno == EAGAIN ? Next::keep : Next::drop;
      if (count == 0) return Next::drop;
      const ByteView bytes = ByteView(buffer_).first(static_cast<std::size_t>(count));
      const Talk talk = connection.conversation.take(bytes, connection.outbox.bytes());
      connection.ending = talk == Talk::hang_up;
    }
  }

  EventLoop& loop_;
  Socket listener_;
  std::array<std::byte, 64_KiB> buffer_;
};

}  // namespace firedrill::bench
