#pragma once

#include "proxy/core/fields.h"
#include "proxy/model/regex.h"

#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

// What a request's path must be like. It is compared as it came, without the query: nothing is
// decoded or normalised.
class PathMatcher {
 public:
  enum class Type : std::uint8_t {
    exact,
    prefix,  // by whole elements: /v1/orders covers /v1/orders/7, but not /v1/orders-old
    regular_expression,  // of the whole path
  };

  // Reads a bare path, which stands for a prefix, or a map of `type` and `value`.
  static std::optional<PathMatcher> read(const Value& value, const std::string& path,
                                         Problems& problems);

  bool matches(std::string_view path) const;

  Type type() const { return type_; }
  // The path or prefix. A prefix has no slash at its end: that of "/" is "", and covers everything.
  const std::string& text() const { return text_; }

 private:
  PathMatcher(Type type, std::string text, std::optional<Regex> regex)
      : type_(type), text_(std::move(text)), regex_(std::move(regex)) {}
  static std::optional<PathMatcher> make(Type type, const Value& value, const std::string& path,
                                         Problems& problems);

  Type type_;
  std::string text_;
  std::optional<Regex> regex_;
};

template <>
struct Names<PathMatcher::Type> {
  using enum PathMatcher::Type;
  static constexpr std::pair<std::string_view, PathMatcher::Type> kAll[] = {
      {"Exact", exact}, {"PathPrefix", prefix}, {"RegularExpression", regular_expression}};
};
template <>
struct Kind<PathMatcher::Type> : EnumKind<PathMatcher::Type> {};

}  // namespace firedrill
