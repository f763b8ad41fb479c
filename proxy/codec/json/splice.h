#pragma once

#include "proxy/codec/json/survey.h"

#include <string>
#include <string_view>

namespace firedrill::json {

// `text` with what stands at `place` replaced; every other byte as it was.
std::string splice(std::string_view text, const Place& place, std::string_view replacement);

// The same with something put in ahead of the byte at `at`.
std::string insert(std::string_view text, std::size_t at, std::string_view added);

// `text` without the member or element `value`, whose key is `key` when it is a member, and without
// the comma that it leaves over. `text` must be JSON.
std::string remove_member(std::string_view text, const Place& value,
                          const std::optional<Place>& key);

// `text` as a JSON string.
std::string quote(std::string_view text);

}  // namespace firedrill::json
