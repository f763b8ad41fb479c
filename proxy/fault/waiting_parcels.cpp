#include "proxy/fault/waiting_parcels.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace firedrill {

void WaitingParcels::add(const Parcel& parcel, TimePoint due) {
  bytes_ += parcel.bytes.size();
  waiting_.emplace(due, Waiting{.number = numbers_++, .parcel = HeldParcel(parcel)});
}

void WaitingParcels::release(TimePoint now, const EventNext& next) {
  while (!waiting_.empty() && waiting_.begin()->first <= now) {
    const auto node = waiting_.extract(waiting_.begin());
    bytes_ -= node.mapped().parcel.size();
    next(node.mapped().parcel.view());
  }
}

void WaitingParcels::release_all(const EventNext& next) {
  std::vector<Waiting> all;
  for (auto& [due, waiting] : std::exchange(waiting_, {})) all.push_back(std::move(waiting));
  bytes_ = 0;
  std::ranges::sort(all, {}, &Waiting::number);
  for (const Waiting& waiting : all) next(waiting.parcel.view());
}

}  // namespace firedrill
