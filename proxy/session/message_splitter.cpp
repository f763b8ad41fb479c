#include "proxy/session/message_splitter.h"

#include "proxy/codec/dns/header.h"

namespace firedrill {

std::array<std::byte, MessageSplitter::kPrefix> MessageSplitter::prefix_of(ByteView message) {
  std::array<std::byte, kPrefix> prefix;
  dns::write_u16(prefix, 0, static_cast<std::uint16_t>(message.size()));
  return prefix;
}

void MessageSplitter::feed(ByteView bytes) {
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(at_));
  at_ = 0;
  held_.insert(held_.end(), bytes.begin(), bytes.end());
}

bool MessageSplitter::ready() const {
  return rest().size() >= kPrefix && rest().size() - kPrefix >= dns::read_u16(rest(), 0);
}

std::optional<std::span<std::byte>> MessageSplitter::next() {
  if (!ready()) return std::nullopt;
  const std::size_t size = dns::read_u16(rest(), 0);
  const auto message = std::span(held_).subspan(at_ + kPrefix, size);
  at_ += kPrefix + size;
  return message;
}

}  // namespace firedrill
