#pragma once

#include "proxy/core/kind.h"

#include <boost/json/serialize.hpp>

#include <string>

namespace firedrill {

// A parameter that may be any JSON value, as text.
struct JsonText {
  std::string text = "null";
};

template <>
struct Kind<JsonText> {
  static std::optional<JsonText> read(const Value& value, const std::string&, Problems&) {
    return JsonText{boost::json::serialize(to_json(value))};
  }
  static std::string expected() { return "any value"; }
  static boost::json::object schema() {
    return {{"type", {"null", "boolean", "number", "string", "array", "object"}}};
  }
  static boost::json::value write(const JsonText&) { return nullptr; }
};

}  // namespace firedrill
