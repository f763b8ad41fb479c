#pragma once

#include "proxy/codec/json/pointer.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill::json {

enum class Type : std::uint8_t { null, boolean, number, string, array, object };

// Where a value stands in a text, so that it can be read or replaced without touching the rest.
struct Place {
  std::size_t begin = 0;
  std::size_t size = 0;
  Type type = Type::null;

  std::string_view in(std::string_view text) const { return text.substr(begin, size); }
};

// What one pass over a text finds.
struct Survey {
  Place top;                             // the whole value, without the spaces around it
  std::optional<Place> wanted = {};      // what the pointer names
  std::optional<Place> scalar = {};      // the first value that is no array and no object
  std::optional<Place> string = {};      // the first value that is a string
  std::optional<Place> number = {};      // the first value that is a number
  std::optional<Place> object = {};      // the first value that is an object
  std::optional<Place> key = {};         // the first key of an object
  std::optional<Place> keyed = {};       // the value that this key has
  std::optional<Place> wanted_key = {};  // the key that `wanted` has, when that is in an object
};

// Values nested deeper are refused, so that no payload can exhaust the stack.
inline constexpr std::size_t kMaxDepth = 64;

// Nothing unless `text` is one JSON text (RFC 8259), but for its strings, which need not be UTF-8.
// Of keys that repeat, the last counts, as it does for nearly every reader.
std::optional<Survey> survey(std::string_view text, const Pointer* wanted = nullptr);

// The place of the value that `pointer` names, when `text` is JSON and has it.
std::optional<Place> locate(std::string_view text, const Pointer& pointer);

// The text that a JSON string stands for; `quoted` must be well formed. Half of a surrogate pair
// becomes U+FFFD.
std::string unquote(std::string_view quoted);

}  // namespace firedrill::json
