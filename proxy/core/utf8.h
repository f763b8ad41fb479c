#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace firedrill {

// The length of the UTF-8 sequence at the start of `text`; 0 when there is none.
std::size_t utf8_length(std::string_view text);

// The UTF-8 sequence of a code point.
std::string utf8(char32_t code);

// `bytes` with U+FFFD in place of each byte that is part of no UTF-8 sequence.
std::string valid_utf8(std::string_view bytes);

}  // namespace firedrill
