#pragma once

#include "proxy/codec/dns/records.h"
#include "proxy/core/time.h"
#include "proxy/fault/verdict.h"

#include <cstdint>
#include <string>

namespace firedrill {

// What the dns faults that answer by themselves have in common.

// Takes the decision, unless a fault before this one has.
inline void answer(QueryVerdict& verdict, const dns::Reply& reply) {
  if (verdict.action != QueryVerdict::Action::forward) return;
  verdict.action = QueryVerdict::Action::reply;
  verdict.reply = reply;
}

inline constexpr Duration kMostTtl = std::chrono::seconds(dns::kMaxTtl);

// A TTL that no message can carry; "" when it can.
std::string wrong_ttl(Duration ttl);

std::uint32_t seconds_of(Duration ttl);

// The SOA that lets clients keep a negative answer for `ttl` (RFC 2308), for the parent of the name
// that is asked for.
dns::Record negative_soa(Duration ttl);

}  // namespace firedrill
