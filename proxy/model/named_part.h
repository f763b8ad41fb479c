#pragma once

#include "proxy/core/fields.h"
#include "proxy/model/text_matcher.h"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// A part of a message that is found by its name (a header, a query parameter or a cookie), and what
// it must be like.
struct NamedPart {
  std::string name;
  TextMatcher text;
};

enum class NameKind : std::uint8_t { any, header };

// Those under `key`, a list of maps with name, type and value, and those under `shorthand`, a map
// from names to values.
std::vector<NamedPart> read_named_parts(Fields& fields, NameKind names, std::string_view key,
                                        std::string_view shorthand);

}  // namespace firedrill
