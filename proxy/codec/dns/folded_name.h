#pragma once

#include "proxy/codec/dns/header.h"
#include "proxy/core/bytes.h"

#include <array>
#include <cstdint>

namespace firedrill::dns {

// A name in lower case with a hash for each of its suffixes, all computed in one go, so that an
// index of rules answers "this name" and "anything below that name" by look-ups alone. Suffix 0 is
// the whole name, suffix 1 lacks the first label, and suffix labels() is the root. Equal suffixes
// have equal hashes whatever stands before them; the hashes mean nothing outside of this process.
//
// The buffers are left unset beyond what the name uses: clearing them would cost more than the
// folding itself.
class FoldedName {
 public:
  // Nothing but room for a name; fold() makes it one.
  FoldedName() {}  // NOLINT(*-member-init): see above
  explicit FoldedName(ByteView wire) { fold(wire); }

  // `wire` is a valid name without compression, from its first length byte to the root's zero.
  void fold(ByteView wire);

  std::size_t labels() const { return labels_; }
  ByteView bytes() const { return {bytes_.data(), size_}; }
  ByteView suffix(std::size_t label) const { return bytes().subspan(starts_[label]); }
  std::uint64_t hash(std::size_t label = 0) const { return hashes_[label]; }

 private:
  std::uint8_t size_ = 0;
  std::uint8_t labels_ = 0;
  std::array<std::byte, kMaxName> bytes_;
  std::array<std::uint8_t, kMaxLabels + 1> starts_;
  std::array<std::uint64_t, kMaxLabels + 1> hashes_;
};

// 'A' to 'Z' become lower case, every other byte stays. Length bytes are below 'A', so whole wire
// names may be folded byte by byte.
constexpr std::byte lower(std::byte byte) {
  const bool upper = byte >= std::byte{'A'} && byte <= std::byte{'Z'};
  return upper ? byte | std::byte{0x20} : byte;
}

// Whether two wire names are the same but for case.
bool same_name(ByteView left, ByteView right);

}  // namespace firedrill::dns
