#pragma once

#include "proxy/model/snapshot.h"
#include "proxy/session/outlet.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace firedrill {

// The tcp faults of one connection: which rules hit it, decided once for each activation of a rule,
// and their stages on its two links.
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
  bool hits(const Rule& rule, TimePoint now);
  std::vector<StagePlan> plan(const ActiveRules& rules, Direction side, const Outlet& outlet,
                              TimePoint now);

  Peer peer_;
  std::vector<std::pair<std::uint64_t, bool>> decisions_;  // by rule key
};

}  // namespace firedrill
