#pragma once

#include "proxy/codec/json/survey.h"

#include <string>
#include <string_view>

namespace firedrill::json {

// A scalar to compare with: the text of a string, the digits of a number, "true" or "false".
struct Operand {
  Type type = Type::null;
  std::string text = {};
};

enum class Predicate : std::uint8_t {
  equal,
  not_equal,
  greater,
  less,
  at_least,
  at_most,
  exists,
  absent,
};

// What must be true of one value of a payload. The four that order compare numbers; `exists` and
// `absent` need no operand.
struct Condition {
  Pointer pointer;
  Predicate predicate = Predicate::exists;
  Operand operand = {};
};

// False for whatever is not JSON, even where the test is `absent`.
bool holds(const Condition& condition, std::string_view payload);

}  // namespace firedrill::json
