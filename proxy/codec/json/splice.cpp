#include "proxy/codec/json/splice.h"

namespace firedrill::json {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

}  // namespace

std::string splice(std::string_view text, const Place& place, std::string_view replacement) {
  std::string result;
  result.reserve(text.size() - place.size + replacement.size());
  result.append(text.substr(0, place.begin));
  result.append(replacement);
  result.append(text.substr(place.begin + place.size));
  return result;
}

std::string insert(std::string_view text, std::size_t at, std::string_view added) {
  return splice(text, {.begin = at}, added);
}

// With what follows it when something does, else with what stands before it.
std::string remove_member(std::string_view text, const Place& value,
                          const std::optional<Place>& key) {
  std::size_t begin = key ? key->begin : value.begin;
  std::size_t end = value.begin + value.size;
  const std::size_t behind = text.find_first_not_of(kSpace, end);
  if (behind != std::string_view::npos && text[behind] == ',') {
    end = text.find_first_not_of(kSpace, behind + 1);
  } else if (const auto ahead = text.substr(0, begin).find_last_not_of(kSpace);
             ahead != std::string_view::npos && text[ahead] == ',') {
    begin = ahead;
  }
  return splice(text, {.begin = begin, .size = end - begin}, "");
}

std::string quote(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      quoted.append("\\u00");
      quoted += kHex[byte >> 4];
      quoted += kHex[byte & 0xf];
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  quoted += '"';
  return quoted;
}

}  // namespace firedrill::json
