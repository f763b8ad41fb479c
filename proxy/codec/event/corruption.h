#pragma once

#include "proxy/codec/json/pointer.h"
#include "proxy/core/rng.h"
#include "proxy/core/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill::event {

enum class Damage : std::uint8_t {
  json_truncate,       // cut at a random byte inside the value; what is left is never valid JSON
  json_unbalanced,     // one closing bracket or quote is missing
  json_trailing,       // a closing bracket too many
  json_nan,            // the first number, or the one at the pointer, becomes NaN
  json_duplicate_key,  // the first key comes again, with another value
  json_deep,           // wrapped in many arrays
  type_change,         // one value becomes another of a different JSON type
  field_drop,          // the field at the pointer is missing
  field_rename,        // it has another name
  field_set,           // it has another value
  field_unknown,       // an object has a field that nobody knows
  number_range,        // a number that does not fit
  enum_unknown,        // a string becomes a word that nobody knows
  time_skew,           // a time is wrong
  truncate,            // only the front is left
  empty,               // nothing is left
  oversize,            // far too large
  utf8,                // bytes that are no UTF-8, inside a string where there is one
  bom,                 // begins with a byte order mark
  nul,                 // holds a NUL
  control_chars,       // holds control characters
  bit_flip,            // some bits are wrong
  random,              // some bytes are
  append,              // random bytes follow
  encoding,            // the right content in a wrong encoding
};

enum class BadUtf8 : std::uint8_t { lone_continuation, overlong, surrogate, truncated_seq };

// Numbers that readers stumble on: 2^53 + 1, which a double can't hold, -1, and 1e400.
enum class BadNumber : std::uint8_t { inexact, negative, overflow };

enum class Encoding : std::uint8_t { gzip, base64, utf16 };

// How the payload of an event is made unfit for its consumer. The framing stays whole: encoding the
// result is the codec's business.
struct Corruption {
  Damage damage = Damage::json_truncate;
  std::optional<json::Pointer> pointer = {};  // which value; else the first that the damage suits
  BadUtf8 bad_utf8 = BadUtf8::lone_continuation;
  BadNumber bad_number = BadNumber::inexact;
  Encoding encoding = Encoding::gzip;
  std::string text = {};  // field_rename: the new name; field_set: the new value, as JSON
  Duration skew = {};     // time_skew: added to the time
  std::size_t count = 1;  // how many arrays, bits or bytes
  std::size_t size = 0;   // oversize: at least so many bytes; truncate: so many are left
  double share = 0.5;     // truncate, when size is 0: this part is left
  char fill = 'x';        // oversize
};

// The payload after `corruption`, all bytes but the damaged ones as they were. Nothing when there
// is nothing to damage: no JSON, no such value.
std::optional<std::string> corrupt(std::string_view payload, const Corruption& corruption,
                                   Rng& rng);

}  // namespace firedrill::event
