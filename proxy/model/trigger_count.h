#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>

namespace firedrill {

// How far a trigger has counted, for everybody or for whom its scope names.
struct TriggerCount {
  std::atomic<std::uint64_t> ordinal{0};  // what matched
  std::atomic<std::uint64_t> fired{0};    // how often the trigger has fired

  void clear() {
    ordinal.store(0, std::memory_order_relaxed);
    fired.store(0, std::memory_order_relaxed);
  }
};

// The counts of a trigger that counts each client or name apart, for a fixed number of them. Open
// addressing; what finds no place any more is not counted, so that it is never hit.
class ApartCounts {
 public:
  static constexpr std::size_t kSlots = 4096;

  // The count of whom the hash `whose` stands for, who gets a place if there is none yet; null when
  // none is left nearby.
  TriggerCount* of(std::uint64_t whose);
  // The same, without giving a place.
  const TriggerCount* find(std::uint64_t whose) const;
  void clear();

 private:
  static constexpr std::size_t kProbes = 32;
  struct Slot {
    std::atomic<std::uint64_t> whose{0};  // zero: free
    TriggerCount count;
  };
  std::array<Slot, kSlots> slots_;
};

// The counts of the triggers of scope connection, kept by the connection itself; there are as many
// as faults with that scope have asked.
class ConnectionCounts {
 public:
  // The count for a fault, by its state, in its activation of that number.
  TriggerCount& of(const void* fault, std::uint64_t activation);

 private:
  struct Entry {
    const void* fault = nullptr;
    std::uint64_t activation = 0;
    TriggerCount count = {};
  };
  std::list<Entry> entries_;
};

}  // namespace firedrill
