#pragma once

#include "proxy/core/bytes.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace firedrill::dns {

inline constexpr std::size_t kHeaderSize = 12;
inline constexpr std::size_t kMaxMessage = 65535;  // what the length before it can say
inline constexpr std::size_t kQuestionTail = 4;    // a question's type and class
inline constexpr std::size_t kMaxLabel = 63;
inline constexpr std::size_t kMaxName = 255;  // on the wire, the root's zero byte included
inline constexpr std::size_t kMaxLabels = 127;

inline constexpr std::uint16_t kTypeA = 1;
inline constexpr std::uint16_t kTypeCname = 5;
inline constexpr std::uint16_t kTypeSoa = 6;
inline constexpr std::uint16_t kTypeAaaa = 28;
inline constexpr std::uint16_t kTypeOpt = 41;
inline constexpr std::uint16_t kTypeTsig = 250;
inline constexpr std::uint16_t kTypeAny = 255;
inline constexpr std::uint16_t kClassIn = 1;
inline constexpr std::uint16_t kClassAny = 255;

enum class Rcode : std::uint16_t {
  no_error = 0,
  format_error = 1,
  server_failure = 2,
  name_error = 3,
  not_implemented = 4,
  refused = 5,
  bad_version = 16,  // from here on the upper bits travel in the OPT record
};

enum class Opcode : std::uint8_t {
  query = 0,
  inverse_query = 1,
  status = 2,
  notify = 4,
  update = 5
};

// The bits of the header's second pair of bytes.
namespace flag {
inline constexpr std::uint16_t kResponse = 0x8000;
inline constexpr std::uint16_t kOpcode = 0x7800;
inline constexpr std::uint16_t kAuthoritative = 0x0400;
inline constexpr std::uint16_t kTruncated = 0x0200;
inline constexpr std::uint16_t kRecursionDesired = 0x0100;
inline constexpr std::uint16_t kRecursionAvailable = 0x0080;
inline constexpr std::uint16_t kAuthenticData = 0x0020;
inline constexpr std::uint16_t kCheckingDisabled = 0x0010;
inline constexpr std::uint16_t kRcode = 0x000f;
// In the lower half of the TTL of an OPT record, where EDNS keeps its own flags.
inline constexpr std::uint16_t kDnssecOk = 0x8000;
}  // namespace flag

// Numbers in network order at an offset, which the caller has checked to lie inside.
inline std::uint16_t read_u16(ByteView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[at]) << 8 |
                                    std::to_integer<unsigned>(bytes[at + 1]));
}
inline std::uint32_t read_u32(ByteView bytes, std::size_t at) {
  return std::uint32_t{read_u16(bytes, at)} << 16 | read_u16(bytes, at + 2);
}
inline void write_u16(std::span<std::byte> bytes, std::size_t at, std::uint16_t number) {
  bytes[at] = static_cast<std::byte>(number >> 8);
  bytes[at + 1] = static_cast<std::byte>(number);
}
inline void write_u32(std::span<std::byte> bytes, std::size_t at, std::uint32_t number) {
  write_u16(bytes, at, static_cast<std::uint16_t>(number >> 16));
  write_u16(bytes, at + 2, static_cast<std::uint16_t>(number));
}

// The same, behind what is there already.
inline void append_u16(Bytes& bytes, std::size_t number) {
  bytes.resize(bytes.size() + 2);
  write_u16(bytes, bytes.size() - 2, static_cast<std::uint16_t>(number));
}
inline void append_u32(Bytes& bytes, std::uint32_t number) {
  bytes.resize(bytes.size() + 4);
  write_u32(bytes, bytes.size() - 4, number);
}

// The first twelve bytes of a message, read in place. The message must have them.
class Header {
 public:
  explicit Header(ByteView message) : bytes_(message.first<kHeaderSize>()) {}

  std::uint16_t id() const { return read_u16(bytes_, 0); }
  std::uint16_t flags() const { return read_u16(bytes_, 2); }
  bool response() const { return (flags() & flag::kResponse) != 0; }
  bool truncated() const { return (flags() & flag::kTruncated) != 0; }
  Opcode opcode() const { return static_cast<Opcode>((flags() & flag::kOpcode) >> 11); }
  // The lower four bits; an OPT record may hold more.
  Rcode rcode() const { return static_cast<Rcode>(flags() & flag::kRcode); }

  std::uint16_t questions() const { return read_u16(bytes_, 4); }
  std::uint16_t answers() const { return read_u16(bytes_, 6); }
  std::uint16_t authorities() const { return read_u16(bytes_, 8); }
  std::uint16_t additionals() const { return read_u16(bytes_, 10); }

 private:
  std::span<const std::byte, kHeaderSize> bytes_;
};

inline void set_id(std::span<std::byte> message, std::uint16_t id) {
  write_u16(message, 0, id);
}

}  // namespace firedrill::dns
