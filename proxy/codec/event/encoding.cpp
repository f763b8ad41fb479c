#include "proxy/codec/event/encoding.h"

#include <algorithm>
#include <cstdint>

namespace firedrill::event {
namespace {

void append_little(std::string& bytes, std::uint32_t number, int size) {
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xff);
}

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = ~std::uint32_t{0};
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0u);
  }
  return ~crc;
}

// A gzip member (RFC 1952) of stored blocks (RFC 1951, 3.2.4), which every inflater reads.
std::string gzip(std::string_view payload) {
  constexpr std::size_t kBlock = 0xffff;
  std::string bytes("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  std::string_view rest = payload;
  do {
    const std::string_view block = rest.substr(0, kBlock);
    rest.remove_prefix(block.size());
    const auto size = static_cast<std::uint32_t>(block.size());
    bytes += rest.empty() ? '\1' : '\0';
    append_little(bytes, size, 2);
    append_little(bytes, ~size, 2);
    bytes.append(block);
  } while (!rest.empty());
  append_little(bytes, crc32(payload), 4);
  append_little(bytes, static_cast<std::uint32_t>(payload.size()), 4);
  return bytes;
}

std::string base64(std::string_view payload) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < payload.size(); i += 3) {
    const std::string_view group = payload.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8 | (k < group.size() ? static_cast<unsigned char>(group[k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += k <= group.size() ? kDigits[bits >> (18 - 6 * k) & 0x3f] : '=';
    }
  }
  return text;
}

// The code point that `text` begins with, and how many bytes it takes; U+FFFD for what is no UTF-8.
struct Decoded {
  char32_t point;
  std::size_t size;
};
Decoded decode(std::string_view text) {
  constexpr Decoded kBad{.point = U'\ufffd', .size = 1};
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {.point = first, .size = 1};
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < size) return kBad;
  char32_t point = first & (0xffu >> (size + 1));
  for (const char next : text.substr(1, size - 1)) {
    if ((next & 0xc0) != 0x80) return kBad;
    point = point << 6 | (next & 0x3f);
  }
  return {.point = point, .size = size};
}

std::string utf16(std::string_view payload) {
  std::string bytes = "\xff\xfe";
  for (std::string_view rest = payload; !rest.empty();) {
    const auto [point, size] = decode(rest);
    rest.remove_prefix(size);
    if (point < 0x10000) {
      append_little(bytes, point, 2);
    } else {
      append_little(bytes, 0xd800 + ((point - 0x10000) >> 10), 2);
      append_little(bytes, 0xdc00 + ((point - 0x10000) & 0x3ff), 2);
    }
  }
  return bytes;
}

}  // namespace

std::string encode(std::string_view payload, Encoding encoding) {
  switch (encoding) {
    case Encoding::gzip:
      return gzip(payload);
    case Encoding::base64:
      return base64(payload);
    case Encoding::utf16:
      return utf16(payload);
  }
  return {};
}

}  // namespace firedrill::event
