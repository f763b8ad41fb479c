#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace firedrill::toxiproxy {

// The length of the UTF-8 sequence at the start of `text`; 0 when there is none.
std::size_t utf8_length(std::string_view text);

// The UTF-8 sequence of a code point.
std::string utf8(char32_t code);

}  // namespace firedrill::toxiproxy
