#include "proxy/fault/dns_reply.h"

namespace firedrill {

std::string wrong_ttl(Duration ttl) {
  return ttl % std::chrono::seconds(1) == Duration::zero() ? "" : "must be whole seconds";
}

std::uint32_t seconds_of(Duration ttl) {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(ttl).count());
}

dns::Record negative_soa(Duration ttl) {
  // A client takes the lesser of the record's TTL and its last number.
  const std::string seconds = std::to_string(seconds_of(ttl));
  const std::string text = "SOA ns1. hostmaster. 1 7200 900 1209600 " + seconds;
  return dns::parse_record(text, seconds_of(ttl)).value();
}

}  // namespace firedrill
