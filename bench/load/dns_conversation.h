#pragma once

#include "bench/load/dns_frames.h"
#include "bench/load/dns_message.h"
#include "bench/load/stream_service.h"

namespace firedrill::bench::dns {

// Answers the queries on a TCP connection in their order; what is no query ends it.
class Conversation {
 public:
  Talk take(ByteView bytes, Bytes& stream) {
    Talk talk = Talk::go_on;
    frames_.take(bytes, [&](ByteView query) {
      if (const auto response = answer(query)) {
        append_frame(stream, *response);
      } else {
        talk = Talk::hang_up;
      }
    });
    return talk;
  }

 private:
  Frames frames_;
};

}  // namespace firedrill::bench::dns
