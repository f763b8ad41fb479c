#include "proxy/session/pipelined_queries.h"

#include <boost/assert.hpp>

#include <algorithm>
#include <utility>

namespace firedrill {

std::uint16_t PipelinedQueries::add(PipelinedQuery query) {
  BOOST_ASSERT(open_ < kMost);
  auto slot = std::ranges::find(slots_, false, &Slot::used);
  if (slot == slots_.end()) {
    slots_.push_back({.id = static_cast<std::uint16_t>(slots_.size())});
    slot = slots_.end() - 1;
  }
  slot->id = static_cast<std::uint16_t>(slot->id + 0x100);
  slot->used = true;
  slot->query = std::move(query);
  ++open_;
  return slot->id;
}

PipelinedQuery* PipelinedQueries::find(std::uint16_t id) {
  const std::size_t number = id & 0xff;
  if (number >= slots_.size() || !slots_[number].used || slots_[number].id != id) return nullptr;
  return &slots_[number].query;
}

PipelinedQuery PipelinedQueries::release(std::uint16_t id) {
  Slot& slot = slots_[id & 0xff];
  slot.used = false;
  --open_;
  return std::move(slot.query);
}

std::optional<PipelinedQuery> PipelinedQueries::take_asked_by(TimePoint moment) {
  for (Slot& slot : slots_) {
    if (!slot.used || slot.query.asked > moment) continue;
    slot.used = false;
    --open_;
    return std::move(slot.query);
  }
  return std::nullopt;
}

TimePoint PipelinedQueries::first_asked() const {
  TimePoint first = kNever;
  for (const Slot& slot : slots_) {
    if (slot.used) first = std::min(first, slot.query.asked);
  }
  return first;
}

}  // namespace firedrill
