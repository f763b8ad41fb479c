#pragma once

#include "proxy/core/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::dns {

// The words of a record in zone-file syntax, separated by blanks; quotes and escapes are left as
// they are, but are checked. Comments, parentheses and second lines, which a single record has no
// use for, are refused.
Result<std::vector<std::string_view>> split_record(std::string_view text);

// A whole number of seconds, or of units as in `1h30m`; nothing above 2^31-1 (RFC 2181).
std::optional<std::uint32_t> parse_ttl(std::string_view text);

// What is wrong with the numbers among the words of the data of a record of this type, which
// libldns would cut to their width; "" when all fit.
std::string check_numbers(std::uint16_t type, const std::vector<std::string_view>& words);

// Whether libldns reads the data of this type with so little care (numbers cut, letters skipped)
// that only its own canonical form can be trusted.
bool is_read_loosely(std::uint16_t type);

}  // namespace firedrill::dns
