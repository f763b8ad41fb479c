#pragma once

#include "proxy/core/counters.h"
#include "proxy/model/hit_log.h"
#include "proxy/model/snapshot.h"
#include "proxy/session/reply_faults.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace firedrill {

// What the active dns faults decided about a query, which of them answers it, and which asked for
// the delay, so that each ends with its fault.
struct QueryDecision {
  QueryVerdict verdict;
  RulePtr answerer;  // null unless the verdict is to reply
  QueryDelay delay;
  std::unique_ptr<ReplyFaults> faults;  // null when none wants to see the reply
  std::vector<RulePtr> hits;            // all that have done something about the query
};

// A query as it came, or the reply to one, which faults hold back.
struct HeldQuery {
  enum class What : std::uint8_t { query, reply };

  Bytes message;
  TimePoint asked;
  std::size_t row = 0;  // of the counters
  What what = What::query;
  RulePtr answerer = nullptr;  // null: the query is to be forwarded
  std::optional<dns::Reply> reply = std::nullopt;
  std::unique_ptr<ReplyFaults> faults = nullptr;
};

// Whether it is answered by us now: only while the fault that does so is active.
bool is_answered(const HeldQuery& held, const ActiveRules& rules, TimePoint now);

// Whether a dns proxy answers this client.
bool is_allowed(const ProxyConfig& proxy, const Cidr::Raw& client);

// Whether the reply refuses the query so that another server is asked, where there is one. No
// refusal needs to be long; one that is passes on.
bool is_kept_refusal(ByteView reply);

// A query, and who asks it.
struct QuerySeen {
  const Peer& peer;
  std::uint64_t request;  // its ordinal on the connection
  ByteView message;
  const dns::Question& question;
  dns::Transport transport;
  std::size_t max_udp;  // the greatest answer over UDP
};

// Asks the rules about a query on a connection with these counts.
QueryDecision decide(const ActiveRules& rules, const QuerySeen& query, TimePoint now,
                     ConnectionCounts& counts);

// Notes what was decided about this query of `peer` for the operator.
void note_hits(HitLog& log, const QueryDecision& decision, const Peer& peer,
               const dns::Question& question, dns::Transport transport);

// What is left of the delays, by the rules that are active now.
Duration delay_of(std::span<const QueryHold> holds, const ActiveRules& rules, TimePoint now);

// The answer of our own to the query `message`, written into `out`, which may be where the query
// is. Over UDP it is no longer than `max_udp`.
std::span<std::byte> forge_answer(std::span<std::byte> out, ByteView message,
                                  const dns::Question& question, const dns::Reply& reply,
                                  dns::Transport transport, std::size_t max_udp);

// Counts what was answered to a query of the counters' row, and that nothing was.
void count_reply(Counters& counters, std::size_t row, ByteView reply, Duration took);
void count_unanswered(Counters& counters, std::size_t row);

}  // namespace firedrill
