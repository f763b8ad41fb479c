#include "proxy/codec/dns/folded_name.h"

#include <boost/assert.hpp>

#include <algorithm>

namespace firedrill::dns {
namespace {

// FNV-1a, a byte at a time. Names are short; wider steps gain nothing that a query would notice.
constexpr std::uint64_t kBasis = 0xcbf29ce484222325u;
constexpr std::uint64_t kPrime = 0x100000001b3u;

}  // namespace

void FoldedName::fold(ByteView wire) {
  BOOST_ASSERT(!wire.empty());
  BOOST_ASSERT(wire.size() <= kMaxName);
  size_ = static_cast<std::uint8_t>(wire.size());
  std::transform(wire.begin(), wire.end(), bytes_.begin(), lower);

  labels_ = 0;
  std::size_t at = 0;
  for (; bytes_[at] != std::byte{0}; at += 1 + std::to_integer<std::size_t>(bytes_[at]))
    starts_[labels_++] = static_cast<std::uint8_t>(at);
  starts_[labels_] = static_cast<std::uint8_t>(at);
  BOOST_ASSERT(at + 1 == wire.size());

  // From the root leftwards, so that the hash of each suffix is on the way to that of the next.
  std::uint64_t hash = kBasis;
  hashes_[labels_] = hash;
  for (std::size_t label = labels_; label-- > 0;) {
    for (std::size_t i = starts_[label]; i < starts_[label + 1]; ++i)
      hash = (hash ^ std::to_integer<std::uint64_t>(bytes_[i])) * kPrime;
    hashes_[label] = hash;
  }
}

bool same_name(ByteView left, ByteView right) {
  return std::ranges::equal(left, right, {}, lower, lower);
}

}  // namespace firedrill::dns
