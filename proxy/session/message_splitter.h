#pragma once

#include "proxy/core/bytes.h"

#include <array>
#include <cstddef>
#include <optional>
#include <span>

namespace firedrill {

// Cuts what arrives on a TCP connection into DNS messages by the two-byte length before each
// (RFC 1035 section 4.2.2). Arrivals and messages need not coincide.
class MessageSplitter {
 public:
  static constexpr std::size_t kPrefix = 2;

  // The length of the message, which stands before it.
  static std::array<std::byte, kPrefix> prefix_of(ByteView message);

  void feed(ByteView bytes);

  // The next complete message, without its prefix. It may be changed, and is valid until feed().
  std::optional<std::span<std::byte>> next();

  // Whether there is one.
  bool ready() const;

 private:
  ByteView rest() const { return ByteView(held_).subspan(at_); }

  Bytes held_;
  std::size_t at_ = 0;  // what is before it has been given out
};

}  // namespace firedrill
