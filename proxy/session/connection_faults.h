#pragma once

#include "proxy/model/snapshot.h"
#include "proxy/session/hit_notes.h"
#include "proxy/session/outlet.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace firedrill {

// The tcp faults of one connection: which rules hit it, decided once for each activation of a rule
// and again by each of its edits, and their stages on its two links. A connection keeps its ordinal
// through edits, so that they don't count it twice.
class ConnectionFaults {
 public:
  // Each hit is noted in `hits`, which outlives it.
  ConnectionFaults(const Peer& peer, HitNotes& hits) : peer_(peer), hits_(hits) {}

  ConnectionFaults(const ConnectionFaults&) = delete;
  ConnectionFaults& operator=(const ConnectionFaults&) = delete;

  // When the connection has been accepted, and as long as it waits to be served. Each rule decides
  // once; the verdict is that of those which are active now.
  AcceptVerdict on_accept(const ActiveRules& rules, TimePoint now);

  // When the rules have changed, for a connection that has no links yet: whether or not it is made
  // in the end, it counts as open.
  void take_slots(const ActiveRules& rules, TimePoint now);

  // Puts the stages of the rules that are active now on both links; those that go on keep their
  // state.
  void apply(const ActiveRules& rules, Outlet& request, Outlet& response, TimePoint now);
  // The same for one link, while there is only that one.
  void apply_one(const ActiveRules& rules, Direction side, Outlet& outlet, TimePoint now);

  // The names of the rules that hit the connection, of those that are active now.
  std::vector<std::string> hitting(const ActiveRules& rules, TimePoint now) const;

 private:
  // One of a fault's connection slots, until it is destroyed.
  struct GiveBack {
    RulePtr owner;
    void operator()(ConnectionSlots* slots) const { slots->give_back(); }
  };
  using Slot = std::unique_ptr<ConnectionSlots, GiveBack>;

  // What a rule does to the connection, and what it says of that.
  struct Decision {
    std::uint64_t activation = 0;
    std::uint64_t key = 0;       // of the rule as it decided last
    std::uint64_t replaced = 0;  // its key before the latest edit
    Admission admission = {};
    std::optional<AcceptVerdict> at_accept = {};
    Slot slot = {};
  };

  Decision* hit_by(const Rule& rule, TimePoint now);
  void decide_again(Decision& decision, const Rule& rule, TimePoint now);
  Admission decide(const Rule& rule, TimePoint now, const Past& past) const;
  void set_stages(const ActiveRules& rules, Direction side, Outlet& outlet, TimePoint now);
  void forget(const ActiveRules& rules);
  std::vector<StagePlan> plan(const ActiveRules& rules, Direction side, const Outlet& outlet,
                              TimePoint now);

  Peer peer_;
  HitNotes& hits_;
  Activity activity_;
  std::vector<Decision> decisions_;
  bool served_ = true;  // as far as is decided; only then it takes slots
};

}  // namespace firedrill
