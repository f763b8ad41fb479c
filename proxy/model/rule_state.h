#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace firedrill {

// What the workers share about one fault, because its meaning is global: ordinals for triggers,
// counts of what it did, and which events it has hit. This is the only place in the data plane
// where threads share variables; it is touched only while the fault is active, and every member
// stands alone, so that relaxed order is enough. It outlives snapshots: edits of an active fault
// keep its ordinals.
struct RuleState {
  std::atomic<std::uint64_t> matched{0};           // was selected by the match
  std::atomic<std::uint64_t> hit{0};               // was changed
  std::atomic<std::uint64_t> skipped_share{0};     // the share let it go
  std::atomic<std::uint64_t> skipped_trigger{0};   // the trigger let it go
  std::atomic<std::uint64_t> skipped_terminal{0};  // another fault had answered already
  std::atomic<std::uint64_t> skipped_format{0};    // could not be done to this message
  std::atomic<std::uint64_t> ordinal{0};           // matches since activation
  std::atomic<std::uint64_t> fired{0};  // how often the trigger has fired since activation

  // Identities of the events that were hit, so that a redelivery on any connection is hit again.
  // Open addressing; when a neighbourhood is full, the oldest choice there is overwritten.
  class StickySet {
   public:
    void insert(std::uint64_t identity);
    bool contains(std::uint64_t identity) const;
    void clear();

   private:
    static constexpr std::size_t kSlots = 4096;
    static constexpr std::size_t kProbes = 8;
    std::array<std::atomic<std::uint64_t>, kSlots> slots_{};
  };
  StickySet sticky;

  // A new activation starts to count anew; the totals of hits go on.
  void activate();
};

}  // namespace firedrill
