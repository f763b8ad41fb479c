#pragma once

#include "bench/load/meter.h"
#include "proxy/core/bytes.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace firedrill::bench::dns {

// The queries that one socket has under way, found again by their identifier.
class Window {
 public:
  // Keeps `size` queries under way; must be fewer than there are identifiers.
  Window(Meter& meter, std::size_t size, std::uint32_t first_name);

  // Whether another query may be sent.
  bool has_room() const { return under_way_ < size_; }
  // Makes the next query. It counts as under way from `now` on.
  Bytes next_query(TimePoint now);
  // Whether it is the response to a query that is under way.
  bool awaits(ByteView response) const;
  // Takes a response; a wrong or unasked-for one counts as an error.
  void take(ByteView response, TimePoint now);
  // Gives up, as errors, the queries that have waited for longer than any proxy should take.
  void expire(TimePoint now);
  // Gives up all that are under way, and answers how many they are.
  std::size_t give_up();

  std::uint64_t answered() const { return answered_; }

 private:
  Meter& meter_;
  std::size_t size_;
  std::uint32_t name_;
  std::uint16_t identifier_ = 0;
  std::size_t under_way_ = 0;
  std::uint64_t answered_ = 0;
  std::vector<TimePoint> sent_;  // by identifier; TimePoint() when it is free
};

}  // namespace firedrill::bench::dns
