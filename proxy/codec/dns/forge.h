#pragma once

#include "proxy/codec/dns/message.h"
#include "proxy/codec/dns/records.h"
#include "proxy/core/bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace firedrill::dns {

// What we advertise, and the most that we answer over UDP unless told otherwise: it crosses every
// usual path without fragments.
inline constexpr std::size_t kMaxUdp = 1232;

enum class Transport : std::uint8_t { udp, tcp };

// The greatest answer that this client may get: over UDP max(512, min(what it says, `max_udp`)).
std::size_t reply_limit(Transport transport, const Edns& edns, std::size_t max_udp = kMaxUdp);

// A reply of our own, but for what the query decides. Records were built at configuration time;
// only those that select() takes for the type that is asked for go into the answer section.
struct Reply {
  Rcode rcode = Rcode::no_error;
  std::span<const Record> answers = {};
  // The SOA of a negative answer. Where it names no owner it gets the parent of the name asked
  // for, which is where a zone would begin.
  const Record* soa = nullptr;
  std::optional<std::uint16_t> extended_error = std::nullopt;  // an RFC 8914 code, if EDNS is on
  bool recursion = true;  // whether it says that recursion is available
};

// Writes the reply to `query`, whose parsed question is `question`, as a forwarder would: id,
// opcode, RD, CD and the question copied byte for byte, AA clear; OPT if and only if the
// query has one. An EDNS mistake of the query is answered instead of `reply`. What does not fit
// into `limit` or `out` becomes an empty reply with TC set. `out` may begin where `query` does: the
// reply then takes the query's place.
//
// Gives the part of `out` that it wrote; nothing if not even header, question and OPT fit, which
// kMinReply bytes always do.
inline constexpr std::size_t kMinReply = 512;
std::span<std::byte> forge(std::span<std::byte> out, ByteView query, const Question& question,
                           const Edns& edns, const Reply& reply, std::size_t limit);

// A header and nothing else, for messages whose question we could not or would not read.
// `out` has at least kHeaderSize bytes.
std::span<std::byte> forge_refusal(std::span<std::byte> out, ByteView query, Rcode rcode);

}  // namespace firedrill::dns
