#include "bench/load/dns_frames.h"

#include "bench/load/dns_message.h"

namespace firedrill::bench::dns {
namespace {

constexpr std::size_t kLengthSize = 2;

}  // namespace

void Frames::take(ByteView bytes, const std::function<void(ByteView)>& each) {
  partial_.insert(partial_.end(), bytes.begin(), bytes.end());
  ByteView rest = partial_;
  while (rest.size() >= kLengthSize) {
    // The length is read as the identifier of a message is.
    const std::size_t length = identifier(rest);
    if (rest.size() < kLengthSize + length) break;
    each(rest.subspan(kLengthSize, length));
    rest = rest.subspan(kLengthSize + length);
  }
  const auto done = static_cast<std::ptrdiff_t>(partial_.size() - rest.size());
  partial_.erase(partial_.begin(), partial_.begin() + done);
}

void append_frame(Bytes& stream, ByteView message) {
  stream.push_back(static_cast<std::byte>(message.size() >> 8));
  stream.push_back(static_cast<std::byte>(message.size() & 0xff));
  stream.insert(stream.end(), message.begin(), message.end());
}

}  // namespace firedrill::bench::dns
