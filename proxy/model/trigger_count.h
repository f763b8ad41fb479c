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

// The counts of a trigger of scope client, for a fixed number of clients. Open addressing; a client
// that finds no place any more is not counted, so that it is never hit.
class ClientCounts {
 public:
  static constexpr std::size_t kSlots = 4096;

  // The count of the client that hashes to `client`, which gets a place if it has none; null when
  // there is none left near its own.
  TriggerCount* of(std::uint64_t client);
  // The same, without giving a place.
  const TriggerCount* find(std::uint64_t client) const;
  void clear();

 private:
  static constexpr std::size_t kProbes = 32;
  struct Slot {
    std::atomic<std::uint64_t> client{0};  // zero: free
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
