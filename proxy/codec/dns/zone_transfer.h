#pragma once

#include "proxy/core/bytes.h"

#include <cstddef>
#include <cstdint>

namespace firedrill::dns {

// Finds the end of a zone transfer over TCP, whose one query has an answer of many messages. It
// begins with the SOA of the zone's present version, and ends with the same: at its second coming
// when it is the whole zone (RFC 5936), at its third when it is what has changed (RFC 1995), since
// the last of the changes begins with it too.
class ZoneTransfer {
 public:
  enum class More : std::uint8_t { yes, no };

  static bool is_asked_for(std::uint16_t question_type);
  explicit ZoneTransfer(std::uint16_t question_type) : question_type_(question_type) {}

  // Whether messages follow this one, which is the next of them and has a header at least. None
  // follow an error, nor what can't be read.
  More take(ByteView message);
  // Whether `message` may be one of a transfer that has begun: they may leave the question out.
  bool continues(ByteView message) const;

 private:
  bool take_record(ByteView message, std::size_t fixed, std::size_t data);

  std::uint16_t question_type_;
  std::uint64_t records_ = 0;
  std::uint32_t serial_ = 0;  // of the present version
  unsigned awaited_ = 1;      // SOAs of it
};

}  // namespace firedrill::dns
