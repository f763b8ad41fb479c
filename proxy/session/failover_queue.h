#pragma once

#include "proxy/session/pending_queries.h"

#include <boost/intrusive/set.hpp>

namespace firedrill {

// Queries that go on to another server unless theirs answers in time, by the moment at which they
// do. Each that waits for its reply has one place at most and leaves it with the reply, so that
// there are never more than PendingQueries::kMost: a query beyond these is not even asked.
class FailoverQueue {
 public:
  TimePoint next_due() const { return queue_.empty() ? kNever : queue_.begin()->failover_due; }
  std::size_t size() const { return queue_.size(); }

  // In the place that it has already, if it has one.
  void add(PendingQuery& query, TimePoint due) {
    query.failover.unlink();
    query.failover_due = due;
    queue_.insert(query);
  }

  // A query that is due at `now`; null when there is none left.
  PendingQuery* take(TimePoint now) {
    if (next_due() > now) return nullptr;
    PendingQuery& query = *queue_.begin();
    query.failover.unlink();
    return &query;
  }

  // Nobody answers on that socket: what was sent over it is due now.
  void hurry(std::uint32_t socket, TimePoint now) {
    for (auto next = queue_.begin(); next != queue_.end();) {
      PendingQuery& query = *next++;
      if (query.socket == socket && query.failover_due > now) add(query, now);
    }
  }

 private:
  struct Due {
    using type = TimePoint;
    const TimePoint& operator()(const PendingQuery& query) const { return query.failover_due; }
  };
  using Member = boost::intrusive::member_hook<PendingQuery, PendingQuery::FailoverHook,
                                               &PendingQuery::failover>;

  boost::intrusive::multiset<PendingQuery, Member, boost::intrusive::key_of_value<Due>,
                             boost::intrusive::constant_time_size<false>>
      queue_;
};

}  // namespace firedrill
