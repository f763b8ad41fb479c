#pragma once

#include "proxy/codec/event/corruption.h"
#include "proxy/core/kind.h"

#include <utility>

// How the kinds of corruption are written in configuration.
namespace firedrill {

template <>
struct Names<event::Damage> {
  using enum event::Damage;
  static constexpr std::pair<std::string_view, event::Damage> kAll[] = {
      {"json_truncate", json_truncate},
      {"json_unbalanced", json_unbalanced},
      {"json_trailing", json_trailing},
      {"json_nan", json_nan},
      {"json_duplicate_key", json_duplicate_key},
      {"json_deep", json_deep},
      {"type_change", type_change},
      {"field_drop", field_drop},
      {"field_rename", field_rename},
      {"field_set", field_set},
      {"field_unknown", field_unknown},
      {"number_range", number_range},
      {"enum_unknown", enum_unknown},
      {"time_skew", time_skew},
      {"truncate", truncate},
      {"empty", empty},
      {"oversize", oversize},
      {"utf8", utf8},
      {"bom", bom},
      {"nul", nul},
      {"control_chars", control_chars},
      {"bit_flip", bit_flip},
      {"random", random},
      {"append", append},
      {"encoding", encoding},
  };
};
template <>
struct Kind<event::Damage> : EnumKind<event::Damage> {};

template <>
struct Names<event::BadUtf8> {
  using enum event::BadUtf8;
  static constexpr std::pair<std::string_view, event::BadUtf8> kAll[] = {
      {"lone_continuation", lone_continuation},
      {"overlong", overlong},
      {"surrogate", surrogate},
      {"truncated_seq", truncated_seq},
  };
};
template <>
struct Kind<event::BadUtf8> : EnumKind<event::BadUtf8> {};

template <>
struct Names<event::BadNumber> {
  using enum event::BadNumber;
  static constexpr std::pair<std::string_view, event::BadNumber> kAll[] = {
      {"inexact", inexact}, {"negative", negative}, {"overflow", overflow}};
};
template <>
struct Kind<event::BadNumber> : EnumKind<event::BadNumber> {};

template <>
struct Names<event::Encoding> {
  using enum event::Encoding;
  static constexpr std::pair<std::string_view, event::Encoding> kAll[] = {
      {"gzip", gzip}, {"base64", base64}, {"utf16", utf16}};
};
template <>
struct Kind<event::Encoding> : EnumKind<event::Encoding> {};

}  // namespace firedrill
