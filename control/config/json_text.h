#pragma once

#include "control/config/yaml.h"

#include <string_view>

namespace firedrill {

// One strict JSON document as a tree of values. Numbers keep the text in which they were written.
// Duplicate keys are refused. The values carry no positions, which would mean little to whoever
// sent a body; the problem of a malformed text names its line and column.
Result<Value> parse_json(std::string_view text, TextLimits limits = {});

}  // namespace firedrill
