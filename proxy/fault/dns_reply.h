#pragma once

#include "proxy/codec/dns/editable_reply.h"
#include "proxy/codec/dns/records.h"
#include "proxy/core/time.h"
#include "proxy/fault/fault.h"

#include <cstdint>
#include <string>

namespace firedrill {

// What the dns faults that answer by themselves have in common.

// Answers the query.
inline Applied answer(QueryVerdict& verdict, const dns::Reply& reply) {
  verdict.action = QueryVerdict::Action::reply;
  verdict.reply = reply;
  return Applied::yes;
}

// Whether records, which all are of class IN, may be the answer: in other classes, such as CH for
// what a server tells of itself, they mean nothing.
inline bool takes_records(const dns::Question& question) {
  return question.qclass == dns::kClassIn || question.qclass == dns::kClassAny;
}

// A fault that acts on replies alone.
class ReplyFault : public FaultSpec {
 public:
  bool sees_reply(Direction) const final { return true; }
  bool waits_for_response(Direction) const final { return true; }
};

// Makes the reply say that the name has nothing of the type; with the SOA, which clients may keep
// as long as that says.
void leave_nothing(dns::EditableReply& reply, const dns::Record& soa);

inline constexpr Duration kMostTtl = std::chrono::seconds(dns::kMaxTtl);

// A TTL that no message can carry; "" when it can.
std::string wrong_ttl(Duration ttl);

std::uint32_t seconds_of(Duration ttl);

// The SOA that lets clients keep a negative answer for `ttl` (RFC 2308), for the parent of the name
// that is asked for.
dns::Record negative_soa(Duration ttl);

}  // namespace firedrill
