#pragma once

#include "proxy/core/kind.h"

#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

// A pattern for topics, subjects, event names and keys: `*` stands for any run of characters within
// a segment, `**` for any run at all, `?` for one character of a segment; segments are separated by
// `.` or `/`. So `order.*` covers order.paid, but not order.paid.late, which `order.**` does.
class Glob {
 public:
  // What ends a segment.
  enum class Separators : std::uint8_t { dot_and_slash, dot };

  explicit Glob(std::string pattern, Separators separators = Separators::dot_and_slash)
      : pattern_(std::move(pattern)), separators_(separators) {}

  bool matches(std::string_view text) const;

 private:
  bool separates(char c) const {
    return c == '.' || (c == '/' && separators_ == Separators::dot_and_slash);
  }

  std::string pattern_;
  Separators separators_;
};

template <>
struct Kind<Glob> {
  static std::optional<Glob> read(const Value& value, const std::string& path, Problems& problems);
  static std::string expected() { return "a pattern such as order.* or order.**"; }
};

}  // namespace firedrill
