#pragma once

#include "proxy/codec/json/pointer.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace firedrill::json {

// One change of a JSON text: the value that the pointer names becomes another, or goes.
struct Edit {
  Pointer pointer;
  std::optional<std::string> value = {};  // as JSON; nothing to take the named one out
};

// The text after all edits, in their order. What they do not name keeps its bytes: spaces, the
// order of keys, the notation of numbers. Nothing when the text is no JSON, or one of the edits
// names what is not there (or takes out the whole).
std::optional<std::string> edited(std::string_view text, std::span<const Edit> edits);

}  // namespace firedrill::json
