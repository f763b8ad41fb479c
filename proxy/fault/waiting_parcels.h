#pragma once

#include "proxy/fault/event_stage.h"

#include <map>

namespace firedrill {

// What a stage holds until one moment or another.
class WaitingParcels {
 public:
  void add(const Parcel& parcel, TimePoint due);

  bool empty() const { return waiting_.empty(); }
  // When the next of them leaves; kNever when there is none.
  TimePoint next() const { return empty() ? kNever : waiting_.begin()->first; }
  // When the last of them leaves; long ago when there is none.
  TimePoint last() const { return empty() ? TimePoint{} : waiting_.rbegin()->first; }
  Load load() const { return {.events = waiting_.size(), .bytes = bytes_}; }

  // Hands on what is due, in the order of time.
  void release(TimePoint now, const EventNext& next);
  // Hands on everything, in the order in which it came.
  void release_all(const EventNext& next);

 private:
  struct Waiting {
    std::uint64_t number;
    HeldParcel parcel;
  };

  std::multimap<TimePoint, Waiting> waiting_;
  std::uint64_t numbers_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace firedrill
