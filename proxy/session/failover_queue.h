#pragma once

#include "proxy/session/pending_queries.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace firedrill {

// Queries that go on to another server unless theirs answers in time, by the moment at which they
// do. What has been answered by then is passed over.
class FailoverQueue {
 public:
  TimePoint next_due() const { return heap_.empty() ? kNever : heap_.front().due; }

  void add(const PendingQuery& query, TimePoint due) {
    heap_.push_back({due, query.asked, query.id, query.socket});
    std::ranges::push_heap(heap_, later);
  }

  // A query that is due at `now` and not answered yet; null when there is none left.
  PendingQuery* take(TimePoint now, PendingQueries& pending) {
    while (next_due() <= now) {
      std::ranges::pop_heap(heap_, later);
      const Entry entry = heap_.back();
      heap_.pop_back();
      PendingQuery* query = pending.find(entry.id);
      const bool open = query != nullptr && query->asked == entry.asked;
      if (open && query->socket == entry.socket) return query;
    }
    return nullptr;
  }

  // Nobody answers on that socket: what was sent over it is due now.
  void hurry(std::uint32_t socket, TimePoint now) {
    for (Entry& entry : heap_) {
      if (entry.socket == socket) entry.due = std::min(entry.due, now);
    }
    std::ranges::make_heap(heap_, later);
  }

 private:
  struct Entry {
    TimePoint due;
    TimePoint asked;  // which, with the id, tells a query from later ones
    std::uint16_t id;
    std::uint32_t socket;
  };
  static bool later(const Entry& left, const Entry& right) { return left.due > right.due; }

  std::vector<Entry> heap_;
};

}  // namespace firedrill
