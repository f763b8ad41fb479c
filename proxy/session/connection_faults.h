#pragma once

#include "proxy/model/snapshot.h"
#include "proxy/session/outlet.h"

#include <cstdint>
#include <vector>

namespace firedrill {

// The tcp faults of one connection: which rules hit it, decided once for each activation of a rule
// and again by each of its edits, and their stages on its two links. A connection keeps its ordinal
// through edits, so that they don't count it twice.
class ConnectionFaults {
 public:
  explicit ConnectionFaults(const Peer& peer) : peer_(peer) {}

  // When the connection has been accepted.
  AcceptVerdict on_accept(const ActiveRules& rules, TimePoint now);

  // Puts the stages of the rules that are active now on both links; those that go on keep their
  // state.
  void apply(const ActiveRules& rules, Outlet& request, Outlet& response, TimePoint now);
  // The same for one link, while there is only that one.
  void apply_one(const ActiveRules& rules, Direction side, Outlet& outlet, TimePoint now);

 private:
  struct Decision {
    std::uint64_t activation = 0;
    std::uint64_t key = 0;
    Admission admission = {};
  };

  const FaultSpec* hit_by(const Rule& rule, TimePoint now);
  Admission decide(const Rule& rule, TimePoint now, const Past& past) const;
  std::vector<StagePlan> plan(const ActiveRules& rules, Direction side, const Outlet& outlet,
                              TimePoint now);

  Peer peer_;
  std::vector<Decision> decisions_;
};

}  // namespace firedrill
