#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace firedrill {

// Values of a fixed number of keys, each of which is a hash, shared by threads without a lock: a
// key that has got a place keeps it until all are cleared. Open addressing. `Value` begins as a
// default-constructed one is, clear() makes it so again, and its members look after themselves when
// several threads are at them.
template <class Value, std::size_t slots>
class SharedTable {
 public:
  static constexpr std::size_t kSlots = slots;

  // The value of this key, which gets a place if it has none yet; null when none is left nearby.
  Value* of(std::uint64_t key) {
    const std::uint64_t wanted = stored(key);
    for (std::size_t i = 0; i < kProbes; ++i) {
      Slot& slot = slots_[(wanted + i) % slots];
      std::uint64_t found = slot.key.load(std::memory_order_relaxed);
      if (found == 0 &&
          slot.key.compare_exchange_strong(found, wanted, std::memory_order_relaxed)) {
        return &slot.value;
      }
      if (found == wanted) return &slot.value;
    }
    return nullptr;
  }

  // The same, without giving a place.
  const Value* find(std::uint64_t key) const {
    const std::uint64_t wanted = stored(key);
    for (std::size_t i = 0; i < kProbes; ++i) {
      const Slot& slot = slots_[(wanted + i) % slots];
      if (slot.key.load(std::memory_order_relaxed) == wanted) return &slot.value;
    }
    return nullptr;
  }

  void clear() {
    for (Slot& slot : slots_) {
      slot.value.clear();
      slot.key.store(0, std::memory_order_relaxed);
    }
  }

 private:
  static constexpr std::size_t kProbes = 32;
  struct Slot {
    std::atomic<std::uint64_t> key{0};  // zero: free
    Value value;
  };

  static std::uint64_t stored(std::uint64_t key) { return key == 0 ? 1 : key; }

  std::array<Slot, slots> slots_;
};

}  // namespace firedrill
