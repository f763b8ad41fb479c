#pragma once

#include "proxy/core/bytes.h"

#include <ldns/ldns.h>

// libldns makes numbers of these words, which other headers do not expect.
#undef bool
#undef true
#undef false

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

namespace firedrill::dns::testing {

// What libldns, which shares no code with ours, reads a message as: its records as text; or an
// error.
inline std::string read_by_ldns(ByteView message) {
  ldns_pkt* packet = nullptr;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(message.data());
  const ldns_status status = ldns_wire2pkt(&packet, bytes, message.size());
  const std::unique_ptr<ldns_pkt, decltype(&ldns_pkt_free)> owned(packet, &ldns_pkt_free);
  if (status != LDNS_STATUS_OK) return ldns_get_errorstr_by_id(status);
  const std::unique_ptr<char, decltype(&std::free)> text(ldns_rr_list2str(ldns_pkt_answer(packet)),
                                                         &std::free);
  return text ? text.get() : "";
}

}  // namespace firedrill::dns::testing
