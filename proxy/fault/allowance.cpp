#include "proxy/fault/allowance.h"

#include "proxy/core/bytes.h"
#include "proxy/core/siphash.h"

#include <span>

namespace firedrill {

Allowance& ClientAllowances::of(const Cidr::Raw& client, TimePoint now) {
  const std::uint64_t hash = siphash(0, 0, as_text(std::as_bytes(std::span(client)))) | 1;
  const std::size_t set = hash / 2 % kSets;
  const std::span<Bucket> ways = std::span(buckets_).subspan(set * kWays, kWays);
  for (Bucket& bucket : ways) {
    if (bucket.client.load(std::memory_order_relaxed) == hash) return bucket.allowance;
  }
  for (Bucket& bucket : ways) {
    std::uint64_t owner = bucket.client.load(std::memory_order_relaxed);
    if (owner == hash) return bucket.allowance;
    if (!bucket.allowance.is_full(now)) continue;
    if (bucket.client.compare_exchange_strong(owner, hash, std::memory_order_relaxed) ||
        owner == hash) {
      return bucket.allowance;
    }
  }
  return ways.front().allowance;
}

}  // namespace firedrill
