#pragma once

#include <optional>
#include <string_view>

namespace firedrill::bench {

inline constexpr std::string_view kHeadEnd = "\r\n\r\n";
inline constexpr std::string_view kChunkedEnd = "\r\n0\r\n\r\n";

// The value of the field `name` (in lower case) in a message's head; the first one, if there are
// several.
std::optional<std::string_view> find_field(std::string_view head, std::string_view name);

}  // namespace firedrill::bench
