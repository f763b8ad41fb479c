#include "proxy/codec/dns/types.h"

#include <ldns/ldns.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <utility>

namespace firedrill::dns {
namespace {

constexpr std::array<std::pair<std::string_view, std::uint16_t>, 13> kRcodes{{
    {"NOERROR", 0},
    {"FORMERR", 1},
    {"SERVFAIL", 2},
    {"NXDOMAIN", 3},
    {"NOTIMP", 4},
    {"REFUSED", 5},
    {"YXDOMAIN", 6},
    {"YXRRSET", 7},
    {"NXRRSET", 8},
    {"NOTAUTH", 9},
    {"NOTZONE", 10},
    {"BADVERS", 16},
    {"BADCOOKIE", 23},
}};
constexpr std::uint16_t kMostRcode = 0xfff;  // four bits in the header and eight in OPT

std::string upper(std::string_view text) {
  std::string copy(text);
  for (char& c : copy) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return copy;
}

// A number that fills the text.
std::optional<std::uint16_t> parse_number(std::string_view text) {
  std::uint16_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, ec] = std::from_chars(text.data(), end, number);
  if (ec != std::errc{} || stop != end) return std::nullopt;
  return number;
}

}  // namespace

std::optional<std::uint16_t> parse_type(std::string_view text) {
  constexpr std::string_view kNumbered = "TYPE";
  const std::string name = upper(text);
  if (name.starts_with(kNumbered)) return parse_number(name.substr(kNumbered.size()));
  const auto type = static_cast<std::uint16_t>(ldns_get_rr_type_by_name(name.c_str()));
  // libldns says 0 for what it does not know, and takes names that only begin like a type's.
  if (type == 0 || type_text(type) != name) return std::nullopt;
  return type;
}

std::string type_text(std::uint16_t type) {
  const std::unique_ptr<char, decltype(&std::free)> text(
      ldns_rr_type2str(static_cast<ldns_rr_type>(type)), &std::free);
  return text ? text.get() : "TYPE" + std::to_string(type);
}

std::optional<Rcode> parse_rcode(std::string_view text) {
  constexpr std::string_view kNumbered = "RCODE";
  const std::string name = upper(text);
  const auto* found = std::ranges::find(kRcodes, name, &decltype(kRcodes)::value_type::first);
  if (found != kRcodes.end()) return static_cast<Rcode>(found->second);
  if (!name.starts_with(kNumbered)) return std::nullopt;
  const auto number = parse_number(name.substr(kNumbered.size()));
  if (!number || *number > kMostRcode) return std::nullopt;
  return static_cast<Rcode>(*number);
}

std::string rcode_text(Rcode rcode) {
  const auto code = static_cast<std::uint16_t>(rcode);
  const auto* found = std::ranges::find(kRcodes, code, &decltype(kRcodes)::value_type::second);
  return found == kRcodes.end() ? "RCODE" + std::to_string(code) : std::string(found->first);
}

}  // namespace firedrill::dns
