#pragma once

#include "proxy/core/bytes.h"
#include "proxy/core/value.h"

#include <string_view>

namespace firedrill {

// What one document may cost: a hostile or mistaken file must fail early and cheaply.
struct TextLimits {
  std::size_t bytes = 1_MiB;
  std::size_t depth = 32;
  std::size_t nodes = 100'000;
};

// One YAML document as a tree of values, each with its line and column. Of YAML it takes what
// configuration needs: anchors, aliases, tags, merge keys, duplicate keys, keys that are no text
// and a second document are refused. Quoted scalars are strings, bare ones are `plain`; `~`, `null`
// and nothing at all are null. An empty text is null. JSON is accepted as the YAML that it is.
Result<Value> parse_yaml(std::string_view text, TextLimits limits = {});

}  // namespace firedrill
