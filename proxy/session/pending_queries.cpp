#include "proxy/session/pending_queries.h"

#include <boost/assert.hpp>

#include <sys/random.h>

#include <algorithm>
#include <limits>

namespace firedrill {

std::uint16_t RandomIds::next() {
  if (used_ == ids_.size()) {
    // Up to 256 bytes can't be interrupted; more could be cut.
    for (std::size_t at = 0; at < ids_.size(); at += 128) {
      [[maybe_unused]] const ssize_t got = getrandom(ids_.data() + at, 256, 0);
      BOOST_ASSERT(got == 256);
    }
    used_ = 0;
  }
  return ids_[used_++];
}

void PendingQuery::set_question(ByteView question) {
  BOOST_ASSERT(question.size() <= question_bytes.size());
  question_size = static_cast<std::uint16_t>(question.size());
  std::ranges::copy(question, question_bytes.begin());
}

PendingQuery& PendingQueries::take() {
  if (free_.empty()) {
    slabs_.emplace_back(new Slab);
    for (PendingQuery& query : *slabs_.back()) free_.push_back(query);
  }
  PendingQuery& query = free_.front();
  free_.pop_front();
  return query;
}

PendingQuery* PendingQueries::add() {
  if (waiting_.size() == kMost) return nullptr;
  if (table_.empty()) table_.resize(std::size_t{std::numeric_limits<std::uint16_t>::max()} + 1);
  std::uint16_t id = ids_.next();
  while (table_[id] != nullptr) id = ids_.next();
  PendingQuery& query = take();
  query.id = id;
  table_[id] = &query;
  waiting_.push_back(query);
  return &query;
}

void PendingQueries::release(PendingQuery& query) {
  table_[query.id] = nullptr;
  query.faults.reset();
  query.refusal.clear();
  query.failover.unlink();
  waiting_.erase(waiting_.iterator_to(query));
  free_.push_front(query);
}

}  // namespace firedrill
