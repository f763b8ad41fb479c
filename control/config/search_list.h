#pragma once

#include "proxy/core/value.h"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// The domains of the last `search` or `domain` line of a resolv.conf.
std::vector<std::string> parse_search_list(std::string_view text);

// `match` with `expand_search: true` replaced by this machine's search list as it is now; `false`
// is the same as nothing.
Value with_search_list(const Value& match);

// The same for each match in the `never` of a proxy.
Value with_search_lists(const Value& proxy);

}  // namespace firedrill
