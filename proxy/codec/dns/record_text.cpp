#include "proxy/codec/dns/record_text.h"

#include "proxy/codec/dns/records.h"

#include <ldns/ldns.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>

namespace firedrill::dns {
namespace {

Problems refuse(std::string what) {
  return {{.path = "", .what = std::move(what)}};
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

// The length of the escape at the start of `text`; 0 when it is broken.
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2) return 0;
  if (!is_digit(text[1])) return 2;
  int code = 0;
  const auto [stop, ec] =
      std::from_chars(text.data() + 1, text.data() + std::min<std::size_t>(text.size(), 4), code);
  return stop == text.data() + 4 && code <= 255 ? 4 : 0;
}

// The greatest number that a field of this kind holds; nothing when it holds no number.
std::optional<std::uint64_t> greatest(ldns_rdf_type field) {
  switch (field) {
    case LDNS_RDF_TYPE_INT8:
    case LDNS_RDF_TYPE_ALG:
    case LDNS_RDF_TYPE_CERTIFICATE_USAGE:
    case LDNS_RDF_TYPE_SELECTOR:
    case LDNS_RDF_TYPE_MATCHING_TYPE:
      return std::numeric_limits<std::uint8_t>::max();
    case LDNS_RDF_TYPE_INT16:
    case LDNS_RDF_TYPE_CERT_ALG:
      return std::numeric_limits<std::uint16_t>::max();
    case LDNS_RDF_TYPE_INT32:
      return std::numeric_limits<std::uint32_t>::max();
    default:
      return std::nullopt;
  }
}

// Whole records in a notation of their own.
bool is_composite(ldns_rdf_type field) {
  switch (field) {
    case LDNS_RDF_TYPE_APL:
    case LDNS_RDF_TYPE_LOC:
    case LDNS_RDF_TYPE_WKS:
    case LDNS_RDF_TYPE_HIP:
    case LDNS_RDF_TYPE_IPSECKEY:
    case LDNS_RDF_TYPE_AMTRELAY:
      return true;
    default:
      return false;
  }
}

// Fields that run over several words, so that the words behind them no longer tell their field.
bool takes_many_words(ldns_rdf_type field) {
  return is_composite(field) || field == LDNS_RDF_TYPE_B64 || field == LDNS_RDF_TYPE_HEX ||
         field == LDNS_RDF_TYPE_NSEC || field == LDNS_RDF_TYPE_SVCPARAMS;
}

std::string check_number(ldns_rdf_type field, std::string_view word) {
  if (field == LDNS_RDF_TYPE_PERIOD) {
    if (parse_ttl(word)) return {};
    return "\"" + std::string(word) + "\" must be a number of seconds from 0 to 2147483647";
  }
  const auto limit = greatest(field);
  if (!limit) return {};
  const bool may_be_a_word =
      field != LDNS_RDF_TYPE_INT8 && field != LDNS_RDF_TYPE_INT16 && field != LDNS_RDF_TYPE_INT32;
  if (may_be_a_word && !is_digit(word.front())) return {};
  std::uint64_t number = 0;
  const auto [stop, ec] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (all_digits(word) && ec == std::errc{} && number <= *limit) return {};
  return "\"" + std::string(word) + "\" must be a number from 0 to " + std::to_string(*limit);
}

}  // namespace

Result<std::vector<std::string_view>> split_record(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < text.size();) {
    if (is_blank(text[i])) {
      ++i;
      continue;
    }
    const std::size_t start = i;
    bool quoted = false;
    while (i < text.size() && (quoted || !is_blank(text[i]))) {
      const char c = text[i];
      if (static_cast<unsigned char>(c) < 0x20 && c != '\t')
        return refuse("has a line break or another control character; write it as \\010");
      if (!quoted && (c == ';' || c == '(' || c == ')'))
        return refuse("must be one record without comments and parentheses");
      std::size_t length = 1;
      if (c == '\\')
        length = text.substr(i) == "\\#" || text.substr(i, 3) == "\\# "
                     ? 2
                     : escape_length(text.substr(i));
      if (length == 0) return refuse("has a broken escape; write \\\" or three digits as in \\032");
      i += length;
      if (c != '"') continue;
      quoted = !quoted;
      const bool closes_word = !quoted && text[start] == '"';
      if (closes_word && i < text.size() && !is_blank(text[i]))
        return refuse("needs a blank behind a closing quote");
    }
    if (quoted) return refuse("has a quote that is never closed");
    words.push_back(text.substr(start, i - start));
  }
  return words;
}

std::optional<std::uint32_t> parse_ttl(std::string_view text) {
  std::uint64_t total = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::uint32_t number = 0;
    const auto [stop, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    std::uint64_t unit = 1;
    if (!text.empty()) {
      switch (std::tolower(static_cast<unsigned char>(text.front()))) {
        case 's':
          unit = 1;
          break;
        case 'm':
          unit = 60;
          break;
        case 'h':
          unit = 3600;
          break;
        case 'd':
          unit = 86400;
          break;
        case 'w':
          unit = 604800;
          break;
        default:
          return std::nullopt;
      }
      text.remove_prefix(1);
    }
    total += number * unit;
    if (total > kMaxTtl) return std::nullopt;
  }
  return static_cast<std::uint32_t>(total);
}

std::string check_numbers(std::uint16_t type, const std::vector<std::string_view>& words) {
  const ldns_rr_descriptor* descriptor = ldns_rr_descript(type);
  const std::size_t fields = std::min(words.size(), ldns_rr_descriptor_maximum(descriptor));
  for (std::size_t i = 0; i < fields; ++i) {
    const ldns_rdf_type field = ldns_rr_descriptor_field_type(descriptor, i);
    if (takes_many_words(field)) break;
    if (std::string wrong = check_number(field, words[i]); !wrong.empty()) return wrong;
  }
  return {};
}

bool is_read_loosely(std::uint16_t type) {
  const ldns_rr_descriptor* descriptor = ldns_rr_descript(type);
  for (std::size_t i = 0; i < ldns_rr_descriptor_minimum(descriptor); ++i) {
    if (is_composite(ldns_rr_descriptor_field_type(descriptor, i))) return true;
  }
  return false;
}

}  // namespace firedrill::dns
