#pragma once

#include "proxy/core/shared_table.h"

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

// The counts of a trigger that counts each client or name apart, by the hash of whom. Who finds no
// place any more is not counted, so that nothing of theirs is ever hit.
using ApartCounts = SharedTable<TriggerCount, 4096>;

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
