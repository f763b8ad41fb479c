#pragma once

#include "proxy/core/kind.h"

#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

// Which hosts a request may be for: `api.example`, or `*.example` for every name below it but not
// itself. Case does not count, and neither does the port that a request names.
class HostPattern {
 public:
  static std::optional<HostPattern> parse(std::string_view text);

  // `host` is a name or address with or without a port.
  bool matches(std::string_view host) const;

  // The one host that it matches, in lower case; null for a pattern for what is below a name.
  const std::string* exact() const { return text_.starts_with('.') ? nullptr : &text_; }

 private:
  explicit HostPattern(std::string text) : text_(std::move(text)) {}

  std::string text_;  // in lower case; of a pattern for what is below, from the dot on
};

// The name or address in `host`, without the port if there is one.
std::string_view without_port(std::string_view host);

template <>
struct Kind<HostPattern> {
  static std::optional<HostPattern> read(const Value& value, const std::string& path,
                                         Problems& problems);
  static std::string expected() {
    return "a host name without a port, such as api.example or *.example";
  }
};

}  // namespace firedrill
