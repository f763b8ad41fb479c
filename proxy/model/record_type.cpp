#include "proxy/model/record_type.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace firedrill {
namespace {

struct Known {
  std::string_view name;
  std::uint16_t number;
};

// The registered types that are in use, and those that only queries have.
constexpr std::array kKnown{
    Known{"A", 1},         Known{"NS", 2},      Known{"CNAME", 5},       Known{"SOA", 6},
    Known{"PTR", 12},      Known{"HINFO", 13},  Known{"MX", 15},         Known{"TXT", 16},
    Known{"RP", 17},       Known{"AFSDB", 18},  Known{"SIG", 24},        Known{"KEY", 25},
    Known{"AAAA", 28},     Known{"LOC", 29},    Known{"SRV", 33},        Known{"NAPTR", 35},
    Known{"CERT", 37},     Known{"DNAME", 39},  Known{"DS", 43},         Known{"SSHFP", 44},
    Known{"IPSECKEY", 45}, Known{"RRSIG", 46},  Known{"NSEC", 47},       Known{"DNSKEY", 48},
    Known{"DHCID", 49},    Known{"NSEC3", 50},  Known{"NSEC3PARAM", 51}, Known{"TLSA", 52},
    Known{"SMIMEA", 53},   Known{"CDS", 59},    Known{"CDNSKEY", 60},    Known{"OPENPGPKEY", 61},
    Known{"CSYNC", 62},    Known{"ZONEMD", 63}, Known{"SVCB", 64},       Known{"HTTPS", 65},
    Known{"SPF", 99},      Known{"EUI48", 108}, Known{"EUI64", 109},     Known{"TKEY", 249},
    Known{"TSIG", 250},    Known{"IXFR", 251},  Known{"AXFR", 252},      Known{"ANY", 255},
    Known{"URI", 256},     Known{"CAA", 257}};

}  // namespace

std::optional<RecordType> parse_record_type(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c;
  const auto known = std::ranges::find(kKnown, upper, &Known::name);
  if (known != kKnown.end()) return RecordType{known->number};
  constexpr std::string_view kByNumber = "TYPE";
  if (!upper.starts_with(kByNumber)) return std::nullopt;
  RecordType type;
  const char* end = upper.data() + upper.size();
  const auto [stop, ec] = std::from_chars(upper.data() + kByNumber.size(), end, type.number);
  if (ec != std::errc{} || stop != end) return std::nullopt;
  return type;
}

std::string format(RecordType type) {
  const auto known = std::ranges::find(kKnown, type.number, &Known::number);
  if (known != kKnown.end()) return std::string(known->name);
  return "TYPE" + std::to_string(type.number);
}

}  // namespace firedrill
