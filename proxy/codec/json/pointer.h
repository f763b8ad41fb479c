#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::json {

// A JSON Pointer (RFC 6901): the way from the top of a text to one value. "" is the top itself.
class Pointer {
 public:
  Pointer() = default;

  // Nothing when `text` neither is empty nor begins with '/', or has a '~' before anything but 0
  // or 1.
  static std::optional<Pointer> parse(std::string_view text);

  const std::vector<std::string>& tokens() const { return tokens_; }
  bool operator==(const Pointer&) const = default;

 private:
  std::vector<std::string> tokens_;
};

}  // namespace firedrill::json
