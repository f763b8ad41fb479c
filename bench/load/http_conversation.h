#pragma once

#include "bench/load/stream_service.h"

#include <string>

namespace firedrill::bench {

// Answers requests without bodies: /length/N with N bytes under a Content-Length, /chunked/N with
// them in chunks, anything else with 404. The connection is kept unless the request says close. A
// chunked POST to /echo gets its own body back, chunk by chunk as it comes.
class HttpConversation {
 public:
  Talk take(ByteView bytes, Bytes& answer);

 private:
  std::string pending_;
  bool echoes_ = false;
};

}  // namespace firedrill::bench
