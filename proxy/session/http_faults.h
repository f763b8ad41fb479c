#pragma once

#include "proxy/model/snapshot.h"

#include <cstdint>
#include <vector>

namespace firedrill {

// What the http faults decided about the present request of a connection. Each decision keeps the
// rule that took it, so that it falls with the rule: a fault that is switched off in the middle of
// a wait ends the wait.
class RequestFaults {
 public:
  // Asks the rules that are active now, in order.
  void decide(const ActiveRules& rules, const Peer& peer, std::uint64_t request,
              const http::RequestHead& head, TimePoint now);
  // The request is over: what it took of budgets is free again.
  void clear();

  // The delays of those rules that are still active.
  Duration request_delay(const ActiveRules& rules, TimePoint now) const;
  Duration response_delay(const ActiveRules& rules, TimePoint now) const;

  // What to answer instead of the upstream, if the rule that says so is still active; null to
  // forward.
  const RequestVerdict::Answer* answer(const ActiveRules& rules, TimePoint now) const;

 private:
  struct Delay {
    std::uint64_t key;
    Duration request;
    Duration response;
  };

  void take(const RulePtr& rule, const RequestVerdict& verdict, const Admission& admission);

  ConnectionCounts counts_;
  std::vector<Delay> delays_;
  std::vector<BudgetUnit> units_;
  RulePtr answering_;
  const RequestVerdict::Answer* answer_ = nullptr;  // belongs to answering_
};

}  // namespace firedrill
