#include "bench/load/byte_flow.h"

namespace firedrill::bench {

void ByteFlow::add(std::size_t count, TimePoint now) {
  if (count == 0) return;
  if (first_) bytes_ += count;
  if (!first_) first_ = now;
  last_ = now;
}

double ByteFlow::rate() const {
  if (!first_ || last_ == *first_) return 0;
  return static_cast<double>(bytes_) / std::chrono::duration<double>(last_ - *first_).count();
}

}  // namespace firedrill::bench
