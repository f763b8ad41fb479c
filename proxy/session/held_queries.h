#pragma once

#include "proxy/session/query_decision.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace firedrill {

// Queries and replies that faults hold back, by the time at which they are due. They have no order
// but that. `Held` is what is kept of one: a HeldQuery, perhaps with more.
template <class Held>
class HeldQueries {
 public:
  // More are not held, so that a long delay can't take all memory.
  static constexpr std::size_t kMost = 65536;
  static constexpr std::size_t kMostBytes = 32_MiB;

  bool full() const { return heap_.size() >= kMost || bytes_ >= kMostBytes; }
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  std::size_t bytes() const { return bytes_; }  // of their messages
  TimePoint next_due() const { return heap_.empty() ? kNever : heap_.front().due; }

  // The delay is counted from `now`.
  void add(Held held, QueryDelay delay, TimePoint now) {
    bytes_ += held.message.size();
    heap_.push_back({now + delay.total, number_++, now, std::move(delay.holds),
                     std::move(delay.units), std::move(held)});
    std::ranges::push_heap(heap_, later);
  }

  // One that is due at `now`.
  std::optional<Held> take(TimePoint now) {
    if (next_due() > now) return std::nullopt;
    std::ranges::pop_heap(heap_, later);
    Held held = std::move(heap_.back().held);
    heap_.pop_back();  // and what it took of budgets
    bytes_ -= held.message.size();
    return held;
  }

  // The rules have changed: what a rule that is gone holds, it holds no more.
  void refresh(const ActiveRules& rules, TimePoint now) {
    for (Entry& entry : heap_) entry.due = entry.since + delay_of(entry.holds, rules, now);
    std::ranges::make_heap(heap_, later);
  }

 private:
  struct Entry {
    TimePoint due;
    std::uint64_t number;  // those that are due together leave in the order in which they came
    TimePoint since;
    std::vector<QueryHold> holds;
    std::vector<BudgetUnit> units;
    Held held;
  };

  static bool later(const Entry& left, const Entry& right) {
    return std::pair(left.due, left.number) > std::pair(right.due, right.number);
  }

  std::vector<Entry> heap_;
  std::uint64_t number_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace firedrill
