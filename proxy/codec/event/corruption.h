#pragma once

#include "proxy/codec/json/pointer.h"
#include "proxy/core/kind.h"
#include "proxy/core/rng.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace firedrill::event {

enum class Damage : std::uint8_t {
  json_truncate,  // cut at a random byte inside the value; what is left is never valid JSON
  type_change,    // one value becomes another of a different JSON type
  empty,          // nothing is left
  utf8,           // bytes that are no UTF-8, inside a string where there is one
};

enum class BadUtf8 : std::uint8_t { lone_continuation, overlong, surrogate, truncated_seq };

// How the payload of an event is made unfit for its consumer. The framing stays whole: encoding the
// result is the codec's business.
struct Corruption {
  Damage damage = Damage::json_truncate;
  std::optional<json::Pointer> pointer = {};  // type_change: which value; else the first scalar
  BadUtf8 bad_utf8 = BadUtf8::lone_continuation;
};

// The payload after `corruption`, all bytes but the damaged ones as they were. Nothing when there
// is nothing to damage: no JSON, no such value.
std::optional<std::string> corrupt(std::string_view payload, const Corruption& corruption,
                                   Rng& rng);

}  // namespace firedrill::event

namespace firedrill {

template <>
struct Names<event::Damage> {
  static constexpr std::pair<std::string_view, event::Damage> kAll[] = {
      {"json_truncate", event::Damage::json_truncate},
      {"type_change", event::Damage::type_change},
      {"empty", event::Damage::empty},
      {"utf8", event::Damage::utf8},
  };
};
template <>
struct Kind<event::Damage> : EnumKind<event::Damage> {};

template <>
struct Names<event::BadUtf8> {
  static constexpr std::pair<std::string_view, event::BadUtf8> kAll[] = {
      {"lone_continuation", event::BadUtf8::lone_continuation},
      {"overlong", event::BadUtf8::overlong},
      {"surrogate", event::BadUtf8::surrogate},
      {"truncated_seq", event::BadUtf8::truncated_seq},
  };
};
template <>
struct Kind<event::BadUtf8> : EnumKind<event::BadUtf8> {};

}  // namespace firedrill
