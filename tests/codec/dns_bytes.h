#pragma once

#include "proxy/codec/dns/message.h"
#include "proxy/core/bytes.h"

#include <string>
#include <string_view>

namespace firedrill::dns::testing {

// Bytes from text such as "03'www' 00 | c00c 0001": hexadecimal pairs, blanks and bars ignored, and
// `'...'` for characters that stand for themselves.
inline Bytes wire(std::string_view text) {
  Bytes bytes;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ' || text[i] == '|') {
      ++i;
    } else if (text[i] == '\'') {
      for (++i; text[i] != '\''; ++i) bytes.push_back(static_cast<std::byte>(text[i]));
      ++i;
    } else {
      bytes.push_back(static_cast<std::byte>(digit(text[i]) * 16 + digit(text[i + 1])));
      i += 2;
    }
  }
  return bytes;
}

// The way back, for messages that differ.
inline std::string hex(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += kDigits[std::to_integer<std::size_t>(byte) >> 4];
    text += kDigits[std::to_integer<std::size_t>(byte) & 15];
  }
  return text;
}

inline Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

inline const Bytes kWwwExample = wire("03'wWw' 07'eXample' 00");
inline const Bytes kOptDo = wire("00 0029 1000 00 00 8000 0000");

// "wWw.eXample A IN", id 0x1234, RD; the other counts as given.
inline Bytes www_query(std::string_view counts = "0001 0000 0000 0000") {
  return wire("1234 0100") + wire(counts) + kWwwExample + wire("0001 0001");
}
inline Bytes www_query_with_opt(const Bytes& opt = kOptDo) {
  return www_query("0001 0000 0000 0001") + opt;
}

}  // namespace firedrill::dns::testing
