#pragma once

#include "proxy/fault/answer_turns.h"
#include "proxy/model/budget.h"
#include "proxy/model/outcome.h"
#include "proxy/model/trigger_count.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

namespace firedrill {

class FrozenAnswers;

// What the workers share about one fault, because its meaning is global: ordinals for triggers,
// counts of what it did, what is left of its budget, and which events it has hit. This is the only
// place in the data plane where threads share variables; it is touched only while the fault is
// active, and every member stands alone, so that relaxed order is enough. It outlives snapshots:
// edits of an active fault keep its ordinals.
struct RuleState {
  std::atomic<std::uint64_t> matched{0};           // was selected by the match
  std::atomic<std::uint64_t> hit{0};               // was changed
  std::atomic<std::uint64_t> would_hit{0};         // a dry run left it as it was
  std::atomic<std::uint64_t> skipped_share{0};     // the share let it go
  std::atomic<std::uint64_t> skipped_trigger{0};   // the trigger let it go
  std::atomic<std::uint64_t> skipped_overflow{0};  // the budget was spent
  std::atomic<std::uint64_t> skipped_terminal{0};  // another fault had answered already
  std::atomic<std::uint64_t> skipped_spared{0};    // the fault itself let it go: within its rate
  std::atomic<std::uint64_t> skipped_format{0};    // could not be done to this message
  TriggerCount count;                              // since activation, of everybody
  std::unique_ptr<ApartCounts> apart;              // of each client or name; see count_apart()
  Spending spending;                               // of the budget
  std::unique_ptr<AnswerTurns> turns;              // of each question; see count_answers()
  // The longest TTL in any answer of the upstream that was given changed, in seconds.
  std::atomic<std::uint32_t> given_ttl{0};
  // What control gives to all rules of the present activation; workers never look here.
  std::shared_ptr<FrozenAnswers> answers;

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
  StickySet skipped;                         // what an operator lets through from then on
  std::atomic<std::uint64_t> last_event{0};  // the identity of the last event that was hit, or 0

  // Lets the event through from now on, and whenever it is delivered again in this activation.
  void skip(std::uint64_t identity) { skipped.insert(identity); }

  // Makes room for a trigger that counts apart, before the first rule that needs it is published.
  void count_apart();

  // Makes room for the counts of the answers to each question, likewise.
  void count_answers();

  // An answer with this TTL, in seconds, was given changed.
  void give(std::uint32_t ttl);

  // The answers of the activation, made when they are first asked for.
  std::shared_ptr<FrozenAnswers> freeze_answers();

  // A new activation starts to count anew; the totals of hits go on.
  void activate();

  // Counts what was decided, or takes the count back.
  void add(Outcome outcome);
  void subtract(Outcome outcome);
};

}  // namespace firedrill
