#pragma once

#include "proxy/codec/dns/editable_reply.h"
#include "proxy/fault/dns_verdict.h"
#include "proxy/model/hit_log.h"
#include "proxy/model/snapshot.h"

#include <cstdint>
#include <optional>
#include <span>
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
// that took it, so that it falls with the rule. A hit is noted when it is done; what is not done in
// the end, because no reply came or its rule was gone by then, counts as unfit.
class ReplyFaults {
 public:
  explicit ReplyFaults(AskedQuery query) : query_(std::move(query)) {}
  ReplyFaults(const ReplyFaults&) = delete;
  ReplyFaults& operator=(const ReplyFaults&) = delete;
  ~ReplyFaults();

  // What a rule that has been hit has done before there is a reply.
  enum class Done : std::uint8_t { nothing, something };
  void add(RulePtr rule, std::string subject, Admission admission, Done done);
  // A rule that waits for the reply before anything is decided.
  void wait_for_reply(RulePtr rule, std::string subject);

  // There is a reply: asks those rules that are still active. The delay before it is sent.
  QueryDelay decide(ByteView reply, const ActiveRules& rules, ConnectionCounts& counts, HitLog& log,
                    TimePoint now);

  // What is sent for `reply`, by those rules that are still active: the last message is the reply
  // itself. None at all when it is dropped.
  std::vector<Bytes> apply(ByteView reply, const ActiveRules& rules, HitLog& log, TimePoint now);

 private:
  enum class Stage : std::uint8_t {
    waiting,  // for the reply, before it is admitted
    open,     // admitted, and nothing is done yet
    closed,   // done, or left alone
  };
  struct Hit {
    RulePtr rule;
    std::string subject;
    Stage stage;
    Admission admission = {};  // without a spec: it has no part in the reply
    ReplyVerdict verdict = {};
  };

  void admit(Hit& hit, const dns::Question& question, ConnectionCounts& counts, TimePoint now);
  void ask(Hit& hit, const dns::Question& question, TimePoint now);
  enum class Why : std::uint8_t { unfit, spared, terminal };
  void leave(Hit& hit, Why why) const;
  void finish(Hit& hit, HitLog& log) const;
  bool changes_records() const;
  Bytes edited(ByteView reply, std::span<Hit* const> hits, std::size_t limit) const;

  AskedQuery query_;
  std::vector<Hit> hits_;
  // Taken apart, between decide() and apply(), unless it is held or nothing changes its records.
  std::optional<dns::EditableReply> reply_;
};

}  // namespace firedrill
