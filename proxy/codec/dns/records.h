#pragma once

#include "proxy/codec/dns/header.h"
#include "proxy/core/bytes.h"
#include "proxy/core/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::dns {

// A resource record, ready to be copied into any message that holds one question.
struct Record {
  Bytes wire;
  std::uint16_t type = 0;
  bool at_question = true;  // its owner is the name asked for, as the pointer C0 0C
  std::uint32_t ttl = 0;
  std::string text;  // in canonical form, which parses to the same record
};

// What all records of one fault take together; more fits into no message.
inline constexpr std::size_t kMaxRecordBytes = 60'000;
inline constexpr std::uint32_t kMaxTtl = 0x7fff'ffff;

// Reads a record in zone-file syntax, for class IN:
//
//   [owner.] [ttl] [IN] type data      "A 10.20.30.99"    "30s MX 10 mx.example."
//                                      "other.example. A 10.20.30.99"
//
// The owner, which ends with a dot, is for what follows a CNAME; without it the record belongs to
// the name asked for. A TTL is in seconds or a duration such as `5m`; without it, `ttl` holds.
// This is for configuration time. It is stricter than libldns, which does the work: no number that
// is silently cut, no open quote, no comment, no second line. A problem has no path.
Result<Record> parse_record(std::string_view text, std::uint32_t ttl);

// All of them, or every mistake, under the path "<path>[i]".
Result<std::vector<Record>> parse_records(std::span<const std::string> texts, std::uint32_t ttl,
                                          std::string_view path);

// Whether a record belongs into the answer to a question of this type: the type itself, any CNAME
// on the way, and everything for ANY.
inline bool answers(const Record& record, std::uint16_t question_type) {
  return record.type == question_type || record.type == kTypeCname || question_type == kTypeAny;
}
inline bool any_answers(std::span<const Record> records, std::uint16_t question_type) {
  for (const Record& record : records) {
    if (answers(record, question_type)) return true;
  }
  return false;
}

}  // namespace firedrill::dns
