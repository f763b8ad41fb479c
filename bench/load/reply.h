#pragma once

#include "proxy/core/bytes.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace firedrill::bench {

enum class Progress { more, done, bad };

// The reply of an echo: as many bytes as were sent.
class EchoReply {
 public:
  explicit EchoReply(std::size_t size) : left_(size) {}

  Progress take(ByteView bytes);

 private:
  std::size_t left_;
};

// An HTTP/1.1 response with status 200 and a body of known size, either counted or chunked.
class HttpReply {
 public:
  explicit HttpReply(std::size_t body_size) : body_size_(body_size) {}

  Progress take(ByteView bytes);

 private:
  Progress read_head();
  Progress take_body(std::size_t count);

  std::size_t body_size_;
  std::string head_;
  bool in_body_ = false;
  bool chunked_ = false;
  std::size_t left_ = 0;
  std::string tail_;  // the last bytes of a chunked body, where its end shows
};

// The chunk that was sent, come back in a chunked response which goes on; before the first one on a
// connection comes the response's head.
class ChunkReply {
 public:
  explicit ChunkReply(std::string chunk) : chunk_(std::move(chunk)) {}

  Progress take(ByteView bytes);

 private:
  std::string chunk_;  // framing and all
  std::string received_;
};

}  // namespace firedrill::bench
