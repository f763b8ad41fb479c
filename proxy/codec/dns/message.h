#pragma once

#include "proxy/codec/dns/folded_name.h"
#include "proxy/codec/dns/header.h"
#include "proxy/core/bytes.h"

#include <cstdint>
#include <optional>

namespace firedrill::dns {

// What to do with a datagram or TCP message from a client, by its header and question alone.
enum class Disposition : std::uint8_t {
  forward,
  drop,             // too short, a response, or a question that can't be read: no answer is safe
  format_error,     // not exactly one question
  not_implemented,  // an operation other than QUERY
};

// The one question of a message. The views point into the message.
struct Question {
  ByteView bytes;  // name, type and class as they came, case and all
  ByteView name;   // the root's zero byte included
  std::uint16_t qtype = 0;
  std::uint16_t qclass = 0;
  FoldedName folded;

  // The offset behind it in the message.
  std::size_t end() const { return kHeaderSize + bytes.size(); }
};

struct Query {
  Disposition disposition = Disposition::drop;
  Question question;  // read only when the message is to be forwarded
};

enum class OtherOpcodes : std::uint8_t { refuse, forward };

// Bytes behind the question (records, trailing garbage) are not looked at.
Query parse_query(ByteView message, OtherOpcodes other_opcodes = OtherOpcodes::refuse);

// Whether `message` is a response to the question with these bytes: same type and class, and the
// same name but for case. A refusal (FORMERR, NOTIMP, REFUSED and the like) may leave the question
// out. The id is the caller's to compare.
bool is_reply_to(ByteView message, ByteView question);

// What the query says about EDNS (RFC 6891). `verdict` is no_error, bad_version for a version that
// nobody speaks, or format_error when the records can't be read or there are two OPT records.
struct Edns {
  bool present = false;
  bool dnssec_ok = false;
  std::uint8_t version = 0;
  std::uint16_t udp_size = 0;
  Rcode verdict = Rcode::no_error;
};

// Walks the records behind the question, which end at offset `at`. Only an answer of our own needs
// this; what is forwarded keeps its OPT unread.
Edns read_edns(ByteView query, std::size_t at);

// The offset behind the name at `at`, or nothing when it can't be followed to its end: every
// compression pointer must go to an earlier place than all before it, there may be at most 128 of
// them, and what they spell must be a name of at most 255 bytes.
std::optional<std::size_t> end_of_name(ByteView message, std::size_t at);

// A resource record by the offsets of its parts.
struct RecordPlace {
  std::size_t owner = 0;
  std::size_t fixed = 0;  // type, class, TTL and length of the data
  std::size_t data = 0;
  std::size_t end = 0;
};

// The record at `at`, or nothing when it is cut or its owner can't be followed.
std::optional<RecordPlace> record_at(ByteView message, std::size_t at);

}  // namespace firedrill::dns
