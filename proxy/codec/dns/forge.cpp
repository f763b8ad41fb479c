#include "proxy/codec/dns/forge.h"

#include <boost/assert.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace firedrill::dns {
namespace {

constexpr std::size_t kOptSize = 11;
constexpr std::size_t kExtendedErrorSize = 6;  // option code, length, info code
constexpr std::uint16_t kOptionExtendedError = 15;
constexpr std::uint16_t kClassicUdp = 512;

// Appends to a buffer up to a limit; what does not fit is left out and remembered.
class Writer {
 public:
  explicit Writer(std::span<std::byte> out) : out_(out) {}

  void append(ByteView bytes) {
    overflown_ = overflown_ || bytes.size() > out_.size() - size_;
    if (overflown_) return;
    std::memcpy(out_.data() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  void u16(std::uint16_t number) {
    std::array<std::byte, 2> bytes;
    write_u16(bytes, 0, number);
    append(bytes);
  }
  void rewind(std::size_t size) {
    size_ = size;
    overflown_ = false;
  }

  bool overflown() const { return overflown_; }
  std::size_t size() const { return size_; }
  std::span<std::byte> written() const { return out_.first(size_); }

 private:
  std::span<std::byte> out_;
  std::size_t size_ = 0;
  bool overflown_ = false;
};

// Without OPT there are four bits; a code that needs more becomes SERVFAIL, not some other error.
Rcode expressible(Rcode rcode, const Edns& edns) {
  const bool wide = static_cast<unsigned>(rcode) > flag::kRcode;
  return wide && !edns.present ? Rcode::server_failure : rcode;
}

std::uint16_t reply_flags(ByteView query, Rcode rcode,
                          std::uint16_t own = flag::kRecursionAvailable) {
  constexpr unsigned kCopied = flag::kOpcode | flag::kRecursionDesired | flag::kCheckingDisabled;
  const unsigned code = static_cast<unsigned>(rcode) & flag::kRcode;
  return static_cast<std::uint16_t>(flag::kResponse | own | code |
                                    (Header(query).flags() & kCopied));
}

std::size_t opt_size(const Edns& edns, const Reply& reply) {
  if (!edns.present) return 0;
  return kOptSize + (reply.extended_error ? kExtendedErrorSize : 0);
}

void append_opt(Writer& writer, const Edns& edns, const Reply& reply) {
  constexpr std::byte kRoot{0};
  writer.append({&kRoot, 1});
  writer.u16(kTypeOpt);
  writer.u16(kMaxUdp);
  // The TTL's place: the upper bits of the rcode, version 0, DO.
  writer.u16(static_cast<std::uint16_t>(static_cast<unsigned>(reply.rcode) >> 4 << 8));
  writer.u16(edns.dnssec_ok ? flag::kDnssecOk : 0);
  writer.u16(reply.extended_error ? kExtendedErrorSize : 0);
  if (!reply.extended_error) return;
  writer.u16(kOptionExtendedError);
  writer.u16(sizeof(std::uint16_t));
  writer.u16(*reply.extended_error);
}

// The name asked for without its first label, as a pointer into the question.
std::uint16_t parent_pointer(const Question& question) {
  const auto label = std::to_integer<std::size_t>(question.name[0]);
  const std::size_t parent = label == 0 ? kHeaderSize : kHeaderSize + 1 + label;
  return static_cast<std::uint16_t>(0xc000u | parent);
}

void append_soa(Writer& writer, const Question& question, const Record& soa) {
  const std::size_t at = writer.size();
  writer.append(soa.wire);
  if (!soa.at_question || writer.overflown()) return;
  write_u16(writer.written(), at, parent_pointer(question));
}

struct Counts {
  std::uint16_t answers = 0;
  std::uint16_t authorities = 0;
};

Counts append_sections(Writer& writer, const Question& question, const Reply& reply) {
  Counts counts;
  for (const Record& record : reply.answers) {
    if (!answers(record, question.qtype)) continue;
    writer.append(record.wire);
    ++counts.answers;
  }
  if (reply.soa != nullptr) {
    append_soa(writer, question, *reply.soa);
    ++counts.authorities;
  }
  return counts;
}

void write_header(std::span<std::byte> out, ByteView query, std::uint16_t flags) {
  write_u16(out, 0, Header(query).id());
  write_u16(out, 2, flags);
  std::fill(out.begin() + 4, out.begin() + kHeaderSize, std::byte{0});
}

}  // namespace

std::size_t reply_limit(Transport transport, const Edns& edns, std::size_t max_udp) {
  if (transport == Transport::tcp) return kMaxMessage;
  return std::max<std::size_t>(kClassicUdp, std::min<std::size_t>(edns.udp_size, max_udp));
}

std::span<std::byte> forge(std::span<std::byte> out, ByteView query, const Question& question,
                           const Edns& edns, const Reply& reply, std::size_t limit) {
  if (edns.verdict != Rcode::no_error) {
    Edns readable = edns;
    readable.verdict = Rcode::no_error;
    return forge(out, query, question, readable, {.rcode = edns.verdict}, limit);
  }
  const std::size_t reserved = opt_size(edns, reply);
  limit = std::min(limit, out.size());
  if (limit < question.end() + reserved) return {};

  // OPT comes last, so its room is set aside while the sections are filled.
  const std::uint16_t own = reply.recursion ? flag::kRecursionAvailable : 0;
  write_header(out, query, reply_flags(query, expressible(reply.rcode, edns), own));
  std::memmove(out.data() + kHeaderSize, question.bytes.data(), question.bytes.size());
  Writer sections(out.subspan(question.end(), limit - reserved - question.end()));
  Counts counts = append_sections(sections, question, reply);
  if (sections.overflown()) {
    counts = {};
    sections.rewind(0);
    write_u16(out, 2, Header(out).flags() | flag::kTruncated);
  }
  write_u16(out, 4, 1);
  write_u16(out, 6, counts.answers);
  write_u16(out, 8, counts.authorities);
  const std::size_t records_end = question.end() + sections.size();
  if (!edns.present) return out.first(records_end);

  write_u16(out, 10, 1);
  Writer opt(out.subspan(records_end, reserved));
  append_opt(opt, edns, reply);
  return out.first(records_end + opt.size());
}

std::span<std::byte> forge_refusal(std::span<std::byte> out, ByteView query, Rcode rcode) {
  BOOST_ASSERT(out.size() >= kHeaderSize);
  write_header(out, query, reply_flags(query, rcode));
  return out.first(kHeaderSize);
}

}  // namespace firedrill::dns
