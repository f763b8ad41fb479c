#pragma once

#include "proxy/codec/json/edit.h"
#include "proxy/core/kind.h"

#include <optional>
#include <string>

namespace firedrill {

// In configuration {pointer: /a/b, set: VALUE} or {pointer: /a/b, remove: true}.
template <>
struct Kind<json::Edit> {
  static std::optional<json::Edit> read(const Value& value, const std::string& path,
                                        Problems& problems);
  static std::string expected() { return "a map of pointer and either set or remove"; }
  static boost::json::object schema();
  static boost::json::value write(const json::Edit& edit);
};

}  // namespace firedrill
