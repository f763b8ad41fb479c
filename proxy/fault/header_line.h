#pragma once

#include "proxy/core/kind.h"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// A field of an HTTP head that configuration asks for.
struct HeaderLine {
  std::string name;
  std::string value;
  bool operator==(const HeaderLine&) const = default;
};

// In configuration a map of names to values, or a list of "Name: value" where order or repetition
// matters. Fields that frame the message are refused: whoever builds the message sets these.
struct HeaderLines {
  std::vector<HeaderLine> lines;
};

// Whether a field of this name says where the message ends, or whose connection it is.
bool frames_message(std::string_view name);

// The name of a header field alone, as configuration writes it.
struct HeaderName {
  std::string text;
};

template <>
struct Kind<HeaderName> {
  static std::optional<HeaderName> read(const Value& value, const std::string& path,
                                        Problems& problems);
  static std::string expected() { return "the name of a header field, such as X-Request-Id"; }
  static boost::json::object schema() { return {{"type", "string"}}; }
  static boost::json::value write(const HeaderName& name) { return boost::json::value(name.text); }
};

template <>
struct Kind<HeaderLines> {
  static std::optional<HeaderLines> read(const Value& value, const std::string& path,
                                         Problems& problems);
  static std::string expected() {
    return "a map of header names to values, or a list of texts such as \"Retry-After: 5\"";
  }
  static boost::json::object schema();
  static boost::json::value write(const HeaderLines& headers);
};

}  // namespace firedrill
