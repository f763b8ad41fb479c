#include "proxy/model/trigger_count.h"

namespace firedrill {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

// Zero marks a free slot.
std::uint64_t stored(std::uint64_t client) {
  return client == 0 ? 1 : client;
}

}  // namespace

TriggerCount* ClientCounts::of(std::uint64_t client) {
  const std::uint64_t value = stored(client);
  for (std::size_t i = 0; i < kProbes; ++i) {
    Slot& slot = slots_[(value + i) % kSlots];
    std::uint64_t found = slot.client.load(kRelaxed);
    if (found == 0 && slot.client.compare_exchange_strong(found, value, kRelaxed)) {
      return &slot.count;
    }
    if (found == value) return &slot.count;
  }
  return nullptr;
}

const TriggerCount* ClientCounts::find(std::uint64_t client) const {
  const std::uint64_t value = stored(client);
  for (std::size_t i = 0; i < kProbes; ++i) {
    const Slot& slot = slots_[(value + i) % kSlots];
    if (slot.client.load(kRelaxed) == value) return &slot.count;
  }
  return nullptr;
}

void ClientCounts::clear() {
  for (Slot& slot : slots_) {
    slot.count.clear();
    slot.client.store(0, kRelaxed);
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
