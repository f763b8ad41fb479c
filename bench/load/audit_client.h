#pragma once

#include "bench/load/event_loop.h"
#include "bench/load/meter.h"
#include "proxy/core/bytes.h"

#include <array>
#include <cstddef>
#include <deque>
#include <string>

namespace firedrill::bench {

// Conversations with an echo that miss nothing. Each sends a stream of bytes that does not repeat
// itself, ends its side, and must get back exactly these bytes and then the end; anything else is
// an error. Then the next one begins, on a new connection.
class AuditClient {
 public:
  struct Plan {
    Endpoint to;
    std::size_t size = 1;         // of the stream
    std::size_t connections = 1;  // at a time
  };

  AuditClient(EventLoop& loop, Meter& meter, Plan plan);

  // Whether as many conversations have ended as there are at a time.
  bool warm() const { return ended_ >= plan_.connections; }

  // No further conversation begins.
  void stop() { stopping_ = true; }
  bool idle() const { return open_ == 0; }
  // Counts every conversation that has not ended as an error.
  void give_up();

 private:
  struct Conversation {
    Socket socket{};
    TimePoint started{};
    std::size_t sent = 0;
    std::size_t received = 0;
  };

  void begin(Conversation& conversation);
  void advance(Conversation& conversation);
  void send_rest(Conversation& conversation);
  bool is_expected(const Conversation& conversation, ByteView bytes) const;
  void finish(Conversation& conversation);
  void fail(Conversation& conversation, const std::string& what);
  void begin_next(Conversation& conversation);

  EventLoop& loop_;
  Meter& meter_;
  Plan plan_;
  Bytes stream_;
  std::deque<Conversation> conversations_;
  std::size_t open_ = 0;
  std::size_t ended_ = 0;
  bool stopping_ = false;
  std::array<std::byte, 64_KiB> buffer_;
};

}  // namespace firedrill::bench
