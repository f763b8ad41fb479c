#include "proxy/codec/event/websocket_frame.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace firedrill::event {
namespace {

constexpr unsigned kLast = 0x80;
constexpr unsigned kMasked = 0x80;
constexpr std::uint64_t kShort = 125;     // the greatest length that stands in the second byte
constexpr std::uint64_t kMedium = 65535;  // and the greatest that takes two more

std::uint64_t big_endian(ByteView bytes) {
  std::uint64_t number = 0;
  for (const std::byte byte : bytes) number = number << 8 | std::to_integer<std::uint64_t>(byte);
  return number;
}

void append_big_endian(Bytes& bytes, std::uint64_t number, unsigned width) {
  for (unsigned i = width; i-- > 0;) bytes.push_back(static_cast<std::byte>(number >> (8 * i)));
}

}  // namespace

bool WebSocketHeader::is_valid() const {
  if (payload >> 63 != 0) return false;
  if (is_control()) return opcode <= kPong && last && payload <= kShort;
  return opcode <= kBinary;
}

std::optional<WebSocketHeader> WebSocketHeader::read(ByteView bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto first = std::to_integer<unsigned>(bytes[0]);
  const auto second = std::to_integer<unsigned>(bytes[1]);
  const unsigned code = second & 0x7f;
  const std::size_t width = code == 126 ? 2 : code == 127 ? 8 : 0;
  WebSocketHeader header{.last = (first & kLast) != 0,
                         .reserved = static_cast<std::uint8_t>(first >> 4 & 7),
                         .opcode = static_cast<std::uint8_t>(first & 15),
                         .masked = (second & kMasked) != 0};
  header.size = 2 + width + (header.masked ? header.mask.size() : 0);
  if (bytes.size() < header.size) return std::nullopt;
  header.payload = width == 0 ? code : big_endian(bytes.subspan(2, width));
  if (header.masked) {
    std::ranges::copy(bytes.subspan(2 + width, header.mask.size()), header.mask.begin());
  }
  return header;
}

std::optional<WebSocketFrame> WebSocketFrames::next() {
  const auto header = WebSocketHeader::read(rest_);
  if (!header || header->payload > rest_.size() - header->size) return std::nullopt;
  const auto size = header->size + static_cast<std::size_t>(header->payload);
  const WebSocketFrame frame{.header = *header,
                             .raw = rest_.first(size),
                             .payload = rest_.first(size).subspan(header->size)};
  rest_ = rest_.subspan(size);
  return frame;
}

void append_masked(Bytes& bytes, ByteView payload, const WebSocketHeader& header) {
  const std::size_t begin = bytes.size();
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  if (!header.masked) return;
  std::byte* const text = bytes.data() + begin;
  // A word at a time, of which the key fills two halves.
  std::array<std::byte, sizeof(std::uint64_t)> key;
  std::ranges::copy(header.mask, key.begin());
  std::ranges::copy(header.mask, key.begin() + header.mask.size());
  const auto mask = std::bit_cast<std::uint64_t>(key);
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= payload.size(); at += sizeof word) {
    std::memcpy(&word, text + at, sizeof word);
    word ^= mask;
    std::memcpy(text + at, &word, sizeof word);
  }
  for (; at < payload.size(); ++at) text[at] ^= header.mask[at % header.mask.size()];
}

void append_frame(Bytes& bytes, std::string_view payload, const WebSocketHeader& like) {
  const unsigned mask = like.masked ? kMasked : 0;
  const std::uint64_t size = payload.size();
  bytes.push_back(static_cast<std::byte>(kLast | like.opcode));
  if (size <= kShort) {
    bytes.push_back(static_cast<std::byte>(mask | size));
  } else {
    const unsigned width = size <= kMedium ? 2 : 8;
    bytes.push_back(static_cast<std::byte>(mask | (width == 2 ? 126 : 127)));
    append_big_endian(bytes, size, width);
  }
  if (like.masked) bytes.insert(bytes.end(), like.mask.begin(), like.mask.end());
  append_masked(bytes, as_bytes(payload), like);
}

}  // namespace firedrill::event
