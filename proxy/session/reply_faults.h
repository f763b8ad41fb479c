#pragma once

#include "proxy/codec/dns/editable_reply.h"
#include "proxy/fault/dns_verdict.h"
#include "proxy/model/hit_log.h"
#include "proxy/model/snapshot.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

// How long one rule holds a query or its reply.
struct QueryHold {
  std::uint64_t rule = 0;
  Duration delay{};
};

// The delays of one query or reply, each of which ends with its fault.
struct QueryDelay {
  Duration total{};
  std::vector<QueryHold> holds = {};
  std::vector<BudgetUnit> units = {};  // given back when it goes on

  void add(std::uint64_t rule, Duration delay);
};

// Whether the rule with this key acts now.
bool is_active(std::uint64_t key, const ActiveRules& rules, TimePoint now);

// A query whose reply faults want to see, as it was asked.
struct AskedQuery {
  Peer peer;
  std::uint64_t request = 0;  // its ordinal on the connection
  dns::Transport transport = dns::Transport::udp;
  Bytes head;             // header and question
  std::size_t limit = 0;  // the greatest reply that the client takes
};

// A query as the log of hits has it.
QueryHit query_hit(const dns::Question& question, dns::Transport transport);

// What the dns faults that see the reply to one query do about it. Each decision keeps the rule
// that took it, so that it falls with the rule.
class ReplyFaults {
 public:
  explicit ReplyFaults(AskedQuery query) : query_(std::move(query)) {}

  // A rule that the query has hit, or one that waits for the reply before anything is decided.
  void add(RulePtr rule, std::string subject, Admission admission);
  void wait_for_reply(RulePtr rule, std::string subject);
  // There will be no reply: what was hit had nothing to do.
  void count_unfit() const;

  // There is a reply: asks those rules that are still active, and notes the hits of those that have
  // waited for it. The delay before it is sent.
  QueryDelay decide(ByteView reply, const ActiveRules& rules, ConnectionCounts& counts, HitLog& log,
                    TimePoint now);

  // What is sent for `reply`, by those rules that are still active: the last message is the reply
  // itself. None at all when it is dropped.
  std::vector<Bytes> apply(ByteView reply, const ActiveRules& rules, TimePoint now) const;

 private:
  enum class Stage : std::uint8_t { hit, waiting };
  struct Hit {
    RulePtr rule;
    std::string subject;
    Stage stage = Stage::hit;
    Admission admission = {};  // without a spec: it has no part in the reply
    ReplyVerdict verdict = {};
  };

  void admit(Hit& hit, const dns::Question& question, ConnectionCounts& counts, TimePoint now);
  // Whether it has a part in the reply.
  bool ask(Hit& hit, const dns::Question& question, TimePoint now);

  AskedQuery query_;
  std::vector<Hit> hits_;
  std::optional<dns::EditableReply> reply_;
};

}  // namespace firedrill
