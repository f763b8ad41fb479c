#pragma once

#include "proxy/core/fields.h"
#include "proxy/model/regex.h"

#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

// What a header field, a query parameter or a cookie must be like.
class TextMatcher {
 public:
  enum class Type : std::uint8_t {
    exact,
    regular_expression,  // of the whole text
    present,
    absent,
    prefix,
    suffix,
    contains,
  };

  // Reads `type`, which is Exact when it is left out, and `value`, which all types but Present and
  // Absent need and those two refuse.
  static std::optional<TextMatcher> read(Fields& fields);
  static TextMatcher equal_to(std::string text) {
    return TextMatcher(Type::exact, std::move(text), std::nullopt);
  }

  // What is missing matches nothing but Absent.
  bool matches(std::optional<std::string_view> text) const;

  // The one text that it matches; null when there may be others.
  const std::string* exact() const { return type_ == Type::exact ? &text_ : nullptr; }

 private:
  TextMatcher(Type type, std::string text, std::optional<Regex> regex)
      : type_(type), text_(std::move(text)), regex_(std::move(regex)) {}

  Type type_;
  std::string text_;
  std::optional<Regex> regex_;  // of Type::regular_expression alone
};

template <>
struct Names<TextMatcher::Type> {
  using enum TextMatcher::Type;
  static constexpr std::pair<std::string_view, TextMatcher::Type> kAll[] = {
      {"Exact", exact},      {"RegularExpression", regular_expression},
      {"Present", present},  {"Absent", absent},
      {"Prefix", prefix},    {"Suffix", suffix},
      {"Contains", contains}};
};
template <>
struct Kind<TextMatcher::Type> : EnumKind<TextMatcher::Type> {};

// The text of any scalar but a JSON boolean: what stands for itself on the wire, so that `page: 1`
// needs no quotes. Null after adding a problem.
const std::string* read_literal(const Value& value, const std::string& path, Problems& problems);

}  // namespace firedrill
