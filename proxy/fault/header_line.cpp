#include "proxy/fault/header_line.h"

#include "proxy/codec/http/chars.h"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>

namespace firedrill {
namespace {

constexpr std::array<std::string_view, 5> kFraming{"Content-Length", "Transfer-Encoding",
                                                   "Connection", "Trailer", "Upgrade"};

bool is_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7f);
}

// What is wrong with the field, or "".
std::string wrong_with(std::string_view name, std::string_view value) {
  if (!http::is_token(name)) return "has a header name that HTTP does not allow";
  if (!std::ranges::all_of(value, is_value_char))
    return "has a control character, which HTTP does not allow in a header";
  return frames_message(name) ? "frames the message, which has to stay as it is" : "";
}

std::optional<HeaderLine> checked(std::string_view name, std::string_view value, const Value& at,
                                  const std::string& path, Problems& problems) {
  if (std::string wrong = wrong_with(name, value); !wrong.empty()) {
    problems.push_back({path, std::move(wrong), at.at()});
    return std::nullopt;
  }
  return HeaderLine{std::string(name), std::string(value)};
}

std::optional<HeaderLine> read_line(const Value& item, const std::string& path,
                                    Problems& problems) {
  const std::string* text = kind::word(item);
  const auto colon = text == nullptr ? std::string::npos : text->find(':');
  if (colon == std::string::npos)
    return kind::refuse(item, path, "a text such as \"Retry-After: 5\"", problems);
  const std::string_view line = *text;
  return checked(line.substr(0, colon), http::trimmed(line.substr(colon + 1)), item, path,
                 problems);
}

std::optional<HeaderLine> read_entry(const Value::Entry& entry, const std::string& path,
                                     Problems& problems) {
  const std::string* text = kind::notation(entry.value);
  if (text == nullptr) return kind::refuse(entry.value, path, "a text", problems);
  return checked(entry.key, http::trimmed(*text), entry.value, path, problems);
}

}  // namespace

bool frames_message(std::string_view name) {
  return std::ranges::any_of(
      kFraming, [&](auto framing) { return http::equal_ignoring_case(framing, name); });
}

std::optional<HeaderName> Kind<HeaderName>::read(const Value& value, const std::string& path,
                                                 Problems& problems) {
  const std::string* text = kind::word(value);
  if (text == nullptr || !http::is_token(*text))
    return kind::refuse(value, path, expected(), problems);
  return HeaderName{*text};
}

std::optional<HeaderLines> Kind<HeaderLines>::read(const Value& value, const std::string& path,
                                                   Problems& problems) {
  HeaderLines headers;
  const std::size_t before = problems.size();
  const auto add = [&](std::optional<HeaderLine> line) {
    if (line) headers.lines.push_back(std::move(*line));
  };
  if (const auto* map = value.map()) {
    for (const auto& entry : *map) add(read_entry(entry, path + "." + entry.key, problems));
  } else if (const auto* list = value.list()) {
    for (std::size_t i = 0; i < list->size(); ++i)
      add(read_line((*list)[i], path + "[" + std::to_string(i) + "]", problems));
  } else {
    return kind::refuse(value, path, expected(), problems);
  }
  if (problems.size() != before) return std::nullopt;
  return headers;
}

boost::json::object Kind<HeaderLines>::schema() {
  boost::json::object text{{"type", "string"}};
  boost::json::object map{{"type", "object"}, {"additionalProperties", text}};
  boost::json::object list{{"type", "array"}, {"items", std::move(text)}};
  return {{"oneOf", boost::json::array{std::move(map), std::move(list)}}};
}

boost::json::value Kind<HeaderLines>::write(const HeaderLines& headers) {
  boost::json::array lines;
  for (const auto& [name, value] : headers.lines) {
    lines.emplace_back(name + ": " + value);
  }
  return lines;
}

}  // namespace firedrill
