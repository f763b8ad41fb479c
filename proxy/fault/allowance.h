#pragma once

#include "proxy/core/address.h"
#include "proxy/core/time.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace firedrill {

// So many at once, and then one in each interval.
struct AllowanceTerms {
  Duration interval;
  std::uint32_t burst = 1;
};

// What is left of a limit that many requests share, on all workers: the generic cell rate algorithm
// (GCRA), which is a token bucket told as a time. One number that stands alone: the moment at which
// the bucket is full again.
class Allowance {
 public:
  // Takes one; zero when there was one, else how long it is until there will be.
  Duration take(const AllowanceTerms& terms, TimePoint now) {
    const Duration::rep interval = terms.interval.count();
    const Duration::rep earliest = now.time_since_epoch().count();
    const Duration::rep slack = interval * (terms.burst - 1);
    Duration::rep full = full_at_.load(std::memory_order_relaxed);
    Duration::rep next = 0;
    do {
      if (full - slack > earliest) return Duration(full - slack - earliest);
      next = std::max(full, earliest) + interval;
    } while (!full_at_.compare_exchange_weak(full, next, std::memory_order_relaxed));
    return Duration::zero();
  }

  bool is_full(TimePoint now) const {
    return full_at_.load(std::memory_order_relaxed) <= now.time_since_epoch().count();
  }

 private:
  std::atomic<Duration::rep> full_at_{0};
};

// The allowances of many clients, on all workers and in bounded memory. A bucket that is full again
// says nothing of its client any more, so the next client that needs one may have it. Two things
// are not exact, and neither lets more through than the limit of a client: beyond the number of
// buckets clients share one, and who takes a bucket over at the very moment at which its former
// client comes back may find a request of that one in it.
class ClientAllowances {
 public:
  ClientAllowances() : buckets_(kSets * kWays) {}

  Allowance& of(const Cidr::Raw& client, TimePoint now);

 private:
  static constexpr std::size_t kSets = 2048;
  static constexpr std::size_t kWays = 8;

  struct Bucket {
    std::atomic<std::uint64_t> client{0};  // a hash of its address
    Allowance allowance;
  };

  std::vector<Bucket> buckets_;
};

}  // namespace firedrill
