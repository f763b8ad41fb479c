#pragma once

#include "proxy/core/bytes.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace firedrill::event {

// The header of a WebSocket frame (RFC 6455, 5.2).
struct WebSocketHeader {
  static constexpr std::size_t kLongest = 14;
  static constexpr std::uint8_t kContinuation = 0;
  static constexpr std::uint8_t kText = 1;
  static constexpr std::uint8_t kBinary = 2;
  static constexpr std::uint8_t kClose = 8;
  static constexpr std::uint8_t kPong = 10;

  bool last = false;          // of its message
  std::uint8_t reserved = 0;  // the three bits that only extensions use
  std::uint8_t opcode = 0;
  bool masked = false;
  std::array<std::byte, 4> mask = {};
  std::size_t size = 0;  // of the header itself
  std::uint64_t payload = 0;

  bool is_control() const { return opcode >= kClose; }
  // Whether any frame may look like this, wherever it stands.
  bool is_valid() const;

  // The header at the front of `bytes`, or nothing while it is incomplete.
  static std::optional<WebSocketHeader> read(ByteView bytes);
};

// A complete frame.
struct WebSocketFrame {
  WebSocketHeader header;
  ByteView raw;
  ByteView payload;  // masked where the header says so
};

// The frames of which `bytes` consist, one after the other.
class WebSocketFrames {
 public:
  explicit WebSocketFrames(ByteView bytes) : rest_(bytes) {}
  std::optional<WebSocketFrame> next();

 private:
  ByteView rest_;
};

// Adds `payload` to `text`, masked with the frame's key if it has one; masking twice is unmasking.
void append_masked(Bytes& bytes, ByteView payload, const WebSocketHeader& header);

// A whole frame in itself with this payload, of the opcode and the mask of `like`.
void append_frame(Bytes& bytes, std::string_view payload, const WebSocketHeader& like);

}  // namespace firedrill::event
