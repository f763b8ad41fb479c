#pragma once

#include "proxy/codec/dns/header.h"
#include "proxy/core/bytes.h"
#include "proxy/core/time.h"
#include "proxy/session/datagram_batch.h"
#include "proxy/session/reply_faults.h"

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set_hook.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace firedrill {

// Numbers that nobody can guess, from the kernel, some hundred at a time.
class RandomIds {
 public:
  std::uint16_t next();

 private:
  std::array<std::uint16_t, 256> ids_{};
  std::size_t used_ = 256;
};

// A query that waits for its reply.
struct PendingQuery
    : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::normal_link>> {
  // Of a FailoverQueue. It leaves it by itself.
  using FailoverHook =
      boost::intrusive::set_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

  DatagramPath client;
  TimePoint asked;
  std::uint16_t id;         // towards the upstream
  std::uint16_t client_id;  // as the client sent it
  std::uint32_t socket;     // over which it was asked
  std::uint8_t row;         // of the counters
  std::uint16_t group;      // of the servers that may be asked
  std::uint16_t attempt;    // the one that was asked, by its place in the group
  Bytes message;            // kept only where another may be asked
  Bytes refusal;            // of one server, while another is asked
  FailoverHook failover;
  TimePoint failover_due;               // when it goes on, while it is in that queue
  std::unique_ptr<ReplyFaults> faults;  // null when none wants to see the reply
  std::uint16_t question_size;
  std::array<std::byte, dns::kMaxName + dns::kQuestionTail> question_bytes;

  ByteView question() const { return ByteView(question_bytes).first(question_size); }
  void set_question(ByteView question);
};

// The queries of one worker that the upstream has not answered yet, by the random id that each got.
// Nothing is allocated until there is one, and no more than the most that were ever open.
class PendingQueries {
 public:
  // Beyond this an id is too hard to find, and too easy to guess.
  static constexpr std::size_t kMost = 49152;

  // A new one with a free id, as yet unfilled; null when there are too many.
  PendingQuery* add();
  // The one with this id, or null.
  PendingQuery* find(std::uint16_t id) { return table_.empty() ? nullptr : table_[id]; }
  void release(PendingQuery& query);

  // The one that has waited longest; null when there is none.
  PendingQuery* oldest() { return waiting_.empty() ? nullptr : &waiting_.front(); }
  bool empty() const { return waiting_.empty(); }

 private:
  using List = boost::intrusive::list<PendingQuery>;
  static constexpr std::size_t kSlab = 128;
  using Slab = std::array<PendingQuery, kSlab>;

  PendingQuery& take();

  RandomIds ids_;
  std::vector<PendingQuery*> table_;  // by id
  std::vector<std::unique_ptr<Slab>> slabs_;
  List free_;
  List waiting_;  // the oldest first
};

}  // namespace firedrill
