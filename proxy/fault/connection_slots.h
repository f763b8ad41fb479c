#pragma once

#include <atomic>
#include <cstdint>

namespace firedrill {

// How many connections may be open at once under one fault, counted over all workers: a number that
// stands alone, touched once when a connection begins and once when it ends.
class ConnectionSlots {
 public:
  // What becomes of a connection for which there is none.
  enum class Full : std::uint8_t { reset, queue };

  ConnectionSlots(std::uint32_t most, Full full) : most_(most), full_(full) {}
  ConnectionSlots(const ConnectionSlots&) = delete;
  ConnectionSlots& operator=(const ConnectionSlots&) = delete;

  [[nodiscard]] bool try_take() {
    std::uint32_t taken = taken_.load(std::memory_order_relaxed);
    do {
      if (taken >= most_) return false;
    } while (!taken_.compare_exchange_weak(taken, taken + 1, std::memory_order_relaxed));
    return true;
  }

  // For a connection that is open already, even if there is none left.
  void take() { taken_.fetch_add(1, std::memory_order_relaxed); }
  void give_back() { taken_.fetch_sub(1, std::memory_order_relaxed); }

  Full when_full() const { return full_; }

 private:
  std::uint32_t most_;
  Full full_;
  std::atomic<std::uint32_t> taken_{0};
};

}  // namespace firedrill
