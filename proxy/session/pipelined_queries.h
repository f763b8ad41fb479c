#pragma once

#include "proxy/codec/dns/zone_transfer.h"
#include "proxy/core/bytes.h"
#include "proxy/core/time.h"
#include "proxy/session/reply_faults.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace firedrill {

// A query on a TCP connection that waits for its reply.
struct PipelinedQuery {
  std::uint16_t client_id = 0;
  Bytes question = {};
  std::size_t row = 0;  // of the counters
  TimePoint asked = {};
  Bytes message = {};                              // kept only where another upstream may be asked
  Bytes refusal = {};                              // of one upstream, while the next is asked
  std::unique_ptr<ReplyFaults> faults = nullptr;   // null when none wants to see the reply
  std::optional<dns::ZoneTransfer> transfer = {};  // whose replies are many
};

// The queries of one TCP connection that its upstream has not answered yet. Their ids towards the
// upstream tell them apart even where the client's do not.
class PipelinedQueries {
 public:
  // The id for it. Not with more than kMost.
  static constexpr std::size_t kMost = 200;
  std::uint16_t add(PipelinedQuery query);

  // Null when nobody waits for it.
  PipelinedQuery* find(std::uint16_t id);
  // Takes it out: it waits no more.
  PipelinedQuery release(std::uint16_t id);

  // Calls `visit(id, query)` for each.
  template <class Visit>
  void each(Visit&& visit) const {
    for (const Slot& slot : slots_) {
      if (slot.used) visit(slot.id, slot.query);
    }
  }

  // Takes one that was asked at `moment` or before.
  std::optional<PipelinedQuery> take_asked_by(TimePoint moment);
  // When the first of them was asked; kNever for none.
  TimePoint first_asked() const;

  std::size_t size() const { return open_; }
  bool empty() const { return open_ == 0; }

 private:
  struct Slot {
    std::uint16_t id = 0;
    bool used = false;
    PipelinedQuery query = {};
  };

  // An id's lower byte is the number of its slot, the upper one changes with each use.
  std::vector<Slot> slots_;
  std::size_t open_ = 0;
};

}  // namespace firedrill
