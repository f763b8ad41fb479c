#pragma once

#include "bench/load/stream_service.h"

namespace firedrill::bench {

// Sends back what comes.
class EchoConversation {
 public:
  Talk take(ByteView bytes, Bytes& answer) {
    answer.insert(answer.end(), bytes.begin(), bytes.end());
    return Talk::go_on;
  }
};

}  // namespace firedrill::bench
