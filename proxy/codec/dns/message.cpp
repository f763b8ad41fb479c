#include "proxy/codec/dns/message.h"

#include <algorithm>

namespace firedrill::dns {
namespace {

constexpr std::size_t kRecordFixed = 10;  // type, class, TTL, length of the data
constexpr std::size_t kMaxPointers = 128;
constexpr unsigned kPointer = 0xc0;

unsigned byte_at(ByteView bytes, std::size_t at) {
  return std::to_integer<unsigned>(bytes[at]);
}

// The offset behind a name that must not be compressed; 0 when there is none.
std::size_t end_of_plain_name(ByteView message, std::size_t at) {
  const std::size_t limit = std::min(message.size(), at + kMaxName);
  while (at < limit) {
    const unsigned length = byte_at(message, at);
    if (length == 0) return at + 1;
    if (length > kMaxLabel) return 0;
    at += 1 + length;
  }
  return 0;
}

}  // namespace

Query parse_query(ByteView message, OtherOpcodes other_opcodes) {
  Query query;
  if (message.size() < kHeaderSize) return query;
  const Header header(message);
  if (header.response()) return query;
  if (header.opcode() != Opcode::query && other_opcodes == OtherOpcodes::refuse) {
    query.disposition = Disposition::not_implemented;
    return query;
  }
  if (header.questions() != 1) {
    query.disposition = Disposition::format_error;
    return query;
  }
  const std::size_t name_end = end_of_plain_name(message, kHeaderSize);
  if (name_end == 0 || name_end + kQuestionTail > message.size()) return query;

  Question& question = query.question;
  question.name = message.subspan(kHeaderSize, name_end - kHeaderSize);
  question.bytes = message.subspan(kHeaderSize, question.name.size() + kQuestionTail);
  question.qtype = read_u16(message, name_end);
  question.qclass = read_u16(message, name_end + 2);
  question.folded.fold(question.name);
  query.disposition = Disposition::forward;
  return query;
}

bool is_reply_to(ByteView message, ByteView question) {
  if (message.size() < kHeaderSize) return false;
  const Header header(message);
  if (!header.response()) return false;
  const bool refusal = header.rcode() != Rcode::no_error && header.rcode() != Rcode::name_error;
  if (header.questions() == 0) return refusal;
  if (header.questions() != 1 || message.size() < kHeaderSize + question.size()) return false;
  const ByteView echoed = message.subspan(kHeaderSize, question.size());
  const std::size_t name = question.size() - kQuestionTail;
  return std::ranges::equal(echoed.subspan(name), question.subspan(name)) &&
         same_name(echoed.first(name), question.first(name));
}

Edns read_edns(ByteView query, std::size_t at) {
  Edns edns;
  const Header header(query);
  const std::size_t skipped = std::size_t{header.answers()} + header.authorities();
  const std::size_t total = skipped + header.additionals();
  for (std::size_t i = 0; i < total; ++i) {
    const auto record = record_at(query, at);
    if (!record) {
      edns.verdict = Rcode::format_error;
      return edns;
    }
    at = record->end;
    if (i < skipped || read_u16(query, record->fixed) != kTypeOpt) continue;
    const bool root_owner = byte_at(query, record->owner) == 0;
    if (edns.present || !root_owner) {
      edns.present = true;
      edns.verdict = Rcode::format_error;
      return edns;
    }
    // OPT keeps the size in its class, and the version and the DO bit in its TTL.
    const std::uint32_t ttl = read_u32(query, record->fixed + 4);
    edns.present = true;
    edns.udp_size = read_u16(query, record->fixed + 2);
    edns.version = static_cast<std::uint8_t>(ttl >> 16);
    edns.dnssec_ok = (ttl & flag::kDnssecOk) != 0;
  }
  if (edns.version > 0) edns.verdict = Rcode::bad_version;
  return edns;
}

std::optional<std::size_t> end_of_name(ByteView message, std::size_t at) {
  std::size_t spelt = 1;  // bytes of the name so far, with the root's zero
  std::size_t pointers = 0;
  std::size_t lowest = at;         // a pointer must go before this
  std::optional<std::size_t> end;  // set by the first pointer
  while (at < message.size()) {
    const unsigned length = byte_at(message, at);
    if (length == 0) return end.value_or(at + 1);
    if (length <= kMaxLabel) {
      at += 1 + length;
      spelt += 1 + length;
      if (spelt > kMaxName) return std::nullopt;
      continue;
    }
    if ((length & kPointer) != kPointer || at + 2 > message.size()) return std::nullopt;
    if (++pointers > kMaxPointers) return std::nullopt;
    if (!end) end = at + 2;
    const std::size_t target = read_u16(message, at) & 0x3fffu;
    if (target >= lowest || target < kHeaderSize) return std::nullopt;
    at = lowest = target;
  }
  return std::nullopt;
}

std::optional<RecordPlace> record_at(ByteView message, std::size_t at) {
  const auto fixed = end_of_name(message, at);
  if (!fixed || *fixed + kRecordFixed > message.size()) return std::nullopt;
  const std::size_t data = *fixed + kRecordFixed;
  const std::size_t end = data + read_u16(message, *fixed + 8);
  if (end > message.size()) return std::nullopt;
  return RecordPlace{.owner = at, .fixed = *fixed, .data = data, .end = end};
}

}  // namespace firedrill::dns
