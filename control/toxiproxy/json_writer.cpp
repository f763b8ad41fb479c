#include "control/toxiproxy/json_writer.h"

#include "proxy/core/utf8.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace firedrill::toxiproxy {
namespace {

// The escape of a character of one byte; "" when it stands for itself.
std::string escape_of(char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kPlain = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  if (const std::size_t at = kPlain.find(c); at != kPlain.npos) {
    return std::string("\\") + kLetters[at];
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 && c != '<' && c != '>' && c != '&') return {};
  return std::string("\\u00") + kHex[byte >> 4] + kHex[byte & 15];
}

// Go writes exponents only for numbers below 1e-6 or from 1e21 on, and without leading zeros.
template <class Number>
std::string shortest(Number number) {
  const Number size = std::abs(number);
  const bool scientific = size != 0 && (size < Number(1e-6) || size >= Number(1e21));
  const auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  std::array<char, 64> buffer{};
  const auto [end, ec] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, format);
  std::string text(buffer.data(), end);
  if (const std::size_t zero = text.find("e-0"); zero != text.npos) text.erase(zero + 2, 1);
  return text;
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view one = text.substr(0, length);
    if (length == 0) {
      json += "\\ufffd";
    } else if (one == "\u2028") {
      json += "\\u2028";
    } else if (one == "\u2029") {
      json += "\\u2029";
    } else if (const std::string escape = length == 1 ? escape_of(one.front()) : "";
               !escape.empty()) {
      json += escape;
    } else {
      json += one;
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return json + '"';
}

std::string json_number(float number) {
  return shortest(number);
}

std::string json_number(double number) {
  return shortest(number);
}

JsonObject& JsonObject::add(std::string_view key, std::string_view value) {
  if (text_.size() > 1) text_ += ',';
  text_ += json_string(key) + ':';
  text_ += value;
  return *this;
}

JsonArray& JsonArray::add(std::string_view value) {
  if (text_.size() > 1) text_ += ',';
  text_ += value;
  return *this;
}

}  // namespace firedrill::toxiproxy
