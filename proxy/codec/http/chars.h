#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>

#include <bit>
#endif

// The character classes of HTTP/1.1 and the runs that the scanners skip over. Every function is
// exact for each of the 256 bytes; the vector code only decides sixteen of them at once.
namespace firedrill::http {

enum CharClass : std::uint8_t {
  kTokenChar = 1,   // names of fields and methods
  kTargetChar = 2,  // visible ASCII: request targets
  kValueChar = 4,   // field values and reason phrases: HTAB, SP, visible ASCII and obs-text
  kHostChar = 8,    // "unreserved" of RFC 3986; see is_valid_host
  kAlnumChar = 16,
};

namespace detail {
consteval std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    const auto among = [c](std::string_view set) {
      return set.find(static_cast<char>(c)) != std::string_view::npos;
    };
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    unsigned bits = 0;
    if (alnum) bits |= kAlnumChar;
    if (alnum || (c < 128 && c != 0 && among("!#$%&'*+-.^_`|~"))) bits |= kTokenChar;
    if (alnum || (c < 128 && c != 0 && among("-._~"))) bits |= kHostChar;
    if (c >= 0x21 && c <= 0x7E) bits |= kTargetChar;
    if (c == '\t' || (c >= 0x20 && c != 0x7F)) bits |= kValueChar;
    classes[c] = static_cast<std::uint8_t>(bits);
  }
  return classes;
}

consteval std::array<std::int8_t, 256> make_hex() {
  std::array<std::int8_t, 256> digits{};
  digits.fill(-1);
  for (int i = 0; i < 10; ++i)
    digits[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(i);
  for (int i = 0; i < 6; ++i) {
    digits[static_cast<std::size_t>('a' + i)] = static_cast<std::int8_t>(10 + i);
    digits[static_cast<std::size_t>('A' + i)] = static_cast<std::int8_t>(10 + i);
  }
  return digits;
}

inline constexpr auto kClasses = make_classes();
inline constexpr auto kHex = make_hex();
}  // namespace detail

constexpr bool is(CharClass wanted, char c) {
  return (detail::kClasses[static_cast<unsigned char>(c)] & wanted) != 0;
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
// The value of a hexadecimal digit, or -1.
constexpr int hex_digit(char c) {
  return detail::kHex[static_cast<unsigned char>(c)];
}
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

// The same, of a token and a name that is written in small letters and '-': in a token, no other
// character becomes one of these by its bit 0x20.
inline bool token_is(std::string_view token, std::string_view name) {
  if (token.size() != name.size()) return false;
  constexpr std::uint64_t kCaseBits = 0x2020'2020'2020'2020;
  const auto differ = [&](std::size_t at) {
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    std::memcpy(&a, token.data() + at, sizeof a);
    std::memcpy(&b, name.data() + at, sizeof b);
    return (a | kCaseBits) != b;
  };
  const std::size_t size = token.size();
  if (size < sizeof(std::uint64_t)) return equal_ignoring_case(token, name);
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    if (differ(at)) return false;
  }
  return at == size || !differ(size - 8);
}

// Value without the optional whitespace (SP, HTAB) around it.
constexpr std::string_view trimmed(std::string_view value) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!value.empty() && blank(value.front())) value.remove_prefix(1);
  while (!value.empty() && blank(value.back())) value.remove_suffix(1);
  return value;
}

// The first byte in [at, end) that is not of the class, or `end`.
inline const char* skip_by_table(CharClass wanted, const char* at, const char* end) {
  while (at != end && is(wanted, *at)) ++at;
  return at;
}

inline const char* skip_token(const char* at, const char* end) {
#if defined(__SSE2__)
  // Letters, digits and '-', of which nearly every name is made; the table looks at the rest.
  const __m128i case_bit = _mm_set1_epi8(0x20);
  const auto within = [](__m128i x, char first, char last) {
    const __m128i offset = _mm_sub_epi8(x, _mm_set1_epi8(first));
    const __m128i most = _mm_set1_epi8(static_cast<char>(last - first));
    return _mm_cmpeq_epi8(_mm_min_epu8(offset, most), offset);
  };
  for (; end - at >= 16; at += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i letter = within(_mm_or_si128(x, case_bit), 'a', 'z');
    const __m128i other = _mm_or_si128(within(x, '0', '9'), _mm_cmpeq_epi8(x, _mm_set1_epi8('-')));
    const auto good = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(letter, other)));
    if (good != 0xFFFFU) {
      at += std::countr_one(good);
      break;
    }
  }
#endif
  return skip_by_table(kTokenChar, at, end);
}

// Whether the text is a token (RFC 9110, 5.6.2): a name of a method or of a field.
inline bool is_token(std::string_view text) {
  return !text.empty() &&
         skip_token(text.data(), text.data() + text.size()) == text.data() + text.size();
}

inline const char* skip_target(const char* at, const char* end) {
#if defined(__SSE2__)
  const __m128i space = _mm_set1_epi8(0x20);
  const __m128i del = _mm_set1_epi8(0x7F);
  for (; end - at >= 16; at += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    // Signed: what is above 0x7F is negative, so neither it nor SP and below passes.
    const __m128i good = _mm_andnot_si128(_mm_cmpeq_epi8(x, del), _mm_cmpgt_epi8(x, space));
    const auto bad = static_cast<unsigned>(_mm_movemask_epi8(good)) ^ 0xFFFFU;
    if (bad != 0) return at + std::countr_zero(bad);
  }
#endif
  return skip_by_table(kTargetChar, at, end);
}

inline const char* skip_value(const char* at, const char* end) {
#if defined(__SSE2__)
  const __m128i last_control = _mm_set1_epi8(0x1F);
  const __m128i tab = _mm_set1_epi8('\t');
  const __m128i del = _mm_set1_epi8(0x7F);
  for (; end - at >= 16; at += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(x, last_control), x);
    const __m128i refused =
        _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(x, tab), control), _mm_cmpeq_epi8(x, del));
    const auto bad = static_cast<unsigned>(_mm_movemask_epi8(refused));
    if (bad != 0) return at + std::countr_zero(bad);
  }
#endif
  return skip_by_table(kValueChar, at, end);
}

}  // namespace firedrill::http
