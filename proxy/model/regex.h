#pragma once

#include "proxy/core/kind.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace firedrill {

// A regular expression of RE2, whose time is linear in the text whatever the pattern. It reads text
// as UTF-8: `.` matches no byte that is not part of a character. Copies share the compiled form.
class Regex {
 public:
  enum class Case : std::uint8_t { counts, ignored };

  // Adds RE2's own message where the pattern is wrong, or that it is too large.
  static std::optional<Regex> compile(const std::string& pattern, const Value& value,
                                      const std::string& path, Problems& problems,
                                      Case letters = Case::counts);

  bool matches(std::string_view text) const;  // the whole text
  bool occurs_in(std::string_view text) const;

 private:
  explicit Regex(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const re2::RE2> compiled_;
};

template <>
struct Kind<Regex> {
  static std::optional<Regex> read(const Value& value, const std::string& path, Problems& problems);
  static std::string expected() { return "a regular expression"; }
};

}  // namespace firedrill
