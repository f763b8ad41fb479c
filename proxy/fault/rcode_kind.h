#pragma once

#include "proxy/codec/dns/types.h"
#include "proxy/core/kind.h"

#include <string>

namespace firedrill {

// A response code as the configuration writes it.
template <>
struct Kind<dns::Rcode> : NotationKind<dns::Rcode, dns::parse_rcode> {
  static std::string expected() {
    return "a response code such as NXDOMAIN or REFUSED, or by number such as RCODE17";
  }
  static boost::json::value write(dns::Rcode rcode) {
    return boost::json::value(dns::rcode_text(rcode));
  }
};

}  // namespace firedrill
