#include "bench/load/latencies.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace firedrill::bench {
namespace {

// Values below 2 * kFine nanoseconds have a bucket each; above, each octave has kFine buckets.
constexpr int kFineBits = 11;
constexpr std::uint64_t kFine = 1u << kFineBits;
constexpr std::uint64_t kLargest = std::uint64_t{1}
                                   << 37;  // two minutes: longer is as good as lost

std::size_t bucket_of(std::uint64_t nanoseconds) {
  const int shift = std::max(0, static_cast<int>(std::bit_width(nanoseconds)) - 1 - kFineBits);
  return static_cast<std::uint64_t>(shift) * kFine + (nanoseconds >> shift);
}

std::uint64_t middle_of(std::size_t bucket) {
  if (bucket < 2 * kFine) return bucket;
  const std::uint64_t shift = bucket / kFine - 1;
  const std::uint64_t lowest = (bucket - shift * kFine) << shift;
  return lowest + ((std::uint64_t{1} << shift) >> 1);
}

}  // namespace

Latencies::Latencies() : buckets_(bucket_of(kLargest) + 1) {}

void Latencies::add(Duration latency) {
  const auto nanoseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(latency.count(), 0));
  ++buckets_[bucket_of(std::min(nanoseconds, kLargest))];
  ++count_;
}

Duration Latencies::percentile(double part) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size() && wanted > 0; ++bucket) {
    seen += buckets_[bucket];
    if (seen >= wanted) return Duration(static_cast<std::int64_t>(middle_of(bucket)));
  }
  return Duration::zero();
}

}  // namespace firedrill::bench
