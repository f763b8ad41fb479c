#pragma once

#include "proxy/codec/dns/header.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill::dns {

// Record types and response codes by their IANA names in any case, or by number: "AAAA",
// "TYPE65280", "NXDOMAIN", "RCODE17". ANY is a type too.
std::optional<std::uint16_t> parse_type(std::string_view text);
std::string type_text(std::uint16_t type);

std::optional<Rcode> parse_rcode(std::string_view text);
// By number, for one without a name.
std::string rcode_text(Rcode rcode);

}  // namespace firedrill::dns
