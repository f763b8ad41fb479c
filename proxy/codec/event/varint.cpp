#include "proxy/codec/event/varint.h"

namespace firedrill::event {

FramedCodec::Header VarintCodec::read_header(ByteView bytes) const {
  constexpr std::size_t kMost = 10;  // groups of a number of 64 bits; the last has one bit
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < bytes.size() && i < kMost; ++i) {
    const auto group = std::to_integer<std::uint64_t>(bytes[i]);
    if (i + 1 == kMost && group > 1) return wrong();
    length |= (group & 0x7f) << (7 * i);
    if ((group & 0x80) == 0) return sized(i + 1, length);
  }
  return incomplete();
}

Bytes VarintCodec::write(std::string_view payload, ByteView) const {
  Bytes frame;
  frame.reserve(payload.size() + 5);
  std::uint64_t length = payload.size();
  for (; length > 0x7f; length >>= 7) frame.push_back(static_cast<std::byte>(length | 0x80));
  frame.push_back(static_cast<std::byte>(length));
  const ByteView text = as_bytes(payload);
  frame.insert(frame.end(), text.begin(), text.end());
  return frame;
}

}  // namespace firedrill::event
