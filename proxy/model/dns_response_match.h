#pragma once

#include "proxy/core/address.h"
#include "proxy/core/fields.h"
#include "proxy/core/kind.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace firedrill {

namespace dns {
class EditableReply;
enum class Rcode : std::uint16_t;
}  // namespace dns

// How many records an answer has: written as a number, or {min: 2, max: 5}.
struct AnswerCount {
  std::uint64_t min = 0;
  std::uint64_t max = std::numeric_limits<std::uint64_t>::max();

  bool everything() const { return *this == AnswerCount{}; }
  bool operator==(const AnswerCount&) const = default;
};

// Which replies: those with one of the response codes, with so many records in the answer section,
// and with an address in one of the blocks there; a part that is left out is met by all.
//
//   response: {rcode: [NOERROR], answers: {min: 2}, contains: [10.0.0.0/8]}
class DnsResponseMatch {
 public:
  // Takes everything.
  DnsResponseMatch() = default;
  static DnsResponseMatch read(const Value& value, const std::string& path, Problems& problems);

  bool everything() const { return rcodes_.empty() && count_.everything() && blocks_.empty(); }
  bool accepts(const dns::EditableReply& reply) const;

 private:
  bool contains_address(const dns::EditableReply& reply) const;

  std::vector<dns::Rcode> rcodes_;
  AnswerCount count_;
  std::vector<Cidr> blocks_;
};

}  // namespace firedrill
