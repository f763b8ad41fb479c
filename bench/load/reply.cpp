#include "bench/load/reply.h"

#include "bench/load/http_head.h"

#include <algorithm>

namespace firedrill::bench {

Progress EchoReply::take(ByteView bytes) {
  if (bytes.size() > left_) return Progress::bad;
  left_ -= bytes.size();
  return left_ == 0 ? Progress::done : Progress::more;
}

Progress HttpReply::take(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  if (in_body_ && !chunked_) return take_body(text.size());
  if (in_body_) {
    tail_.append(text.substr(text.size() - std::min(text.size(), kChunkedEnd.size())));
    if (tail_.ends_with(kChunkedEnd)) return Progress::done;
    tail_.erase(0, tail_.size() - std::min(tail_.size(), kChunkedEnd.size()));
    return Progress::more;
  }
  head_.append(text);
  return read_head();
}

// Once the head is complete, what follows it is the body's beginning.
Progress HttpReply::read_head() {
  const std::size_t end = head_.find(kHeadEnd);
  if (end == std::string::npos) return Progress::more;
  if (!head_.starts_with("HTTP/1.1 200")) return Progress::bad;
  const std::string_view head = std::string_view(head_).substr(0, end + 2);
  const auto length = find_field(head, "content-length");
  chunked_ = find_field(head, "transfer-encoding") == "chunked";
  if (!chunked_ && length != std::to_string(body_size_)) return Progress::bad;
  in_body_ = true;
  left_ = body_size_;
  // The end of a chunked body begins with the line end of the last chunk, or of the head.
  const std::size_t body = chunked_ ? end + 2 : end + kHeadEnd.size();
  return take(as_bytes(std::string_view(head_).substr(body)));
}

Progress HttpReply::take_body(std::size_t count) {
  if (count > left_) return Progress::bad;
  left_ -= count;
  return left_ == 0 ? Progress::done : Progress::more;
}

Progress ChunkReply::take(ByteView bytes) {
  received_.append(as_text(bytes));
  if (received_.starts_with("HTTP/")) {
    const std::size_t end = received_.find(kHeadEnd);
    if (end == std::string::npos) return Progress::more;
    if (!received_.starts_with("HTTP/1.1 200")) return Progress::bad;
    received_.erase(0, end + kHeadEnd.size());
  }
  if (!chunk_.starts_with(received_)) return Progress::bad;
  return received_.size() == chunk_.size() ? Progress::done : Progress::more;
}

}  // namespace firedrill::bench
