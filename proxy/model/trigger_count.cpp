#include "proxy/model/trigger_count.h"

namespace firedrill {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

// Zero marks a free slot.
std::uint64_t stored(std::uint64_t whose) {
  return whose == 0 ? 1 : whose;
}

}  // namespace

TriggerCount* ApartCounts::of(std::uint64_t whose) {
  const std::uint64_t value = stored(whose);
  for (std::size_t i = 0; i < kProbes; ++i) {
    Slot& slot = slots_[(value + i) % kSlots];
    std::uint64_t found = slot.whose.load(kRelaxed);
    if (found == 0 && slot.whose.compare_exchange_strong(found, value, kRelaxed)) {
      return &slot.count;
    }
    if (found == value) return &slot.count;
  }
  return nullptr;
}

const TriggerCount* ApartCounts::find(std::uint64_t whose) const {
  const std::uint64_t value = stored(whose);
  for (std::size_t i = 0; i < kProbes; ++i) {
    const Slot& slot = slots_[(value + i) % kSlots];
    if (slot.whose.load(kRelaxed) == value) return &slot.count;
  }
  return nullptr;
}

void ApartCounts::clear() {
  for (Slot& slot : slots_) {
    slot.count.clear();
    slot.whose.store(0, kRelaxed);
  }
}

TriggerCount& ConnectionCounts::of(const void* fault, std::uint64_t activation) {
  for (Entry& entry : entries_) {
    if (entry.fault != fault) continue;
    if (entry.activation != activation) entry.count.clear();
    entry.activation = activation;
    return entry.count;
  }
  Entry& made = entries_.emplace_back();
  made.fault = fault;
  made.activation = activation;
  return made.count;
}

}  // namespace firedrill
