#pragma once

#include "bench/load/stream_service.h"

#include <string>

namespace firedrill::bench {

// Answers requests without bodies: /length/N with N bytes under a Content-Length, /chunked/N with
// them in chunks, anything else with 404. The connection is kept unless the request says close.
class HttpConversation {
 public:
  Talk take(ByteView bytes, Bytes& answer);

 private:
  std::string pending_;
};

}  // namespace firedrill::bench
