#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace firedrill {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

// The same bytes seen as text, and text seen as bytes. Neither copies.
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline ByteView as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

consteval std::size_t operator""_KiB(unsigned long long count) {
  return count * 1024;
}
consteval std::size_t operator""_MiB(unsigned long long count) {
  return count * 1024 * 1024;
}

}  // namespace firedrill
