#include "proxy/fault/dns_reply.h"

namespace firedrill {

void leave_nothing(dns::EditableReply& reply, const dns::Record& soa) {
  const ByteView name = reply.question_name();
  reply.set_rcode(dns::Rcode::no_error);
  reply.clear();
  if (name.empty()) return;
  // Of the parent of the name, which is where a zone would begin.
  const auto label = std::to_integer<std::size_t>(name[0]);
  const ByteView parent = label == 0 ? name : name.subspan(1 + label);
  reply.replace(dns::EditableReply::Section::authority, {dns::editable(soa, parent)});
}

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
