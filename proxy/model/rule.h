#pragma once

#include "proxy/fault/fault.h"
#include "proxy/model/budget.h"
#include "proxy/model/match.h"
#include "proxy/model/never.h"
#include "proxy/model/outcome.h"
#include "proxy/model/rule_state.h"
#include "proxy/model/shape.h"
#include "proxy/model/share.h"
#include "proxy/model/trigger.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// One of the outcomes of which a rule draws one.
struct Variant {
  std::uint64_t weight = 1;
  FaultSpecPtr spec;
};

// What a decision is about, as far as it depends on more than the match.
struct Subject {
  std::string text = {};                    // what share and variants hash: see Rule::subject_text
  const Peer* peer = nullptr;               // for a trigger of scope client
  ConnectionCounts* connection = nullptr;   // for one of scope connection
  const dns::Question* question = nullptr;  // for one of scope name
};

// What was decided about the same thing before, by an earlier edit of the rule.
struct Past {
  std::uint64_t ordinal = 0;  // zero: it is asked about for the first time
  Outcome outcome = Outcome::inactive;
};

// A decision. What it borrowed of the budget is given back with it.
struct Admission {
  Outcome outcome = Outcome::inactive;
  std::uint64_t ordinal = 0;        // its number for the trigger
  const FaultSpec* spec = nullptr;  // what is to be done, which the rule owns; null unless hit
  bool spent = false;               // it has taken of the budget
  BudgetUnit unit = {};

  explicit operator bool() const { return spec != nullptr; }
};

// A fault, compiled and active: which traffic, how often, until when.
struct Rule {
  enum class Run : std::uint8_t { live, dry };

  std::string name;
  std::uint64_t key = 0;         // of this activation or edit; never used again
  std::uint64_t activation = 0;  // the same through all edits of one activation
  const FaultType* type = nullptr;
  FaultSpecPtr spec;
  std::vector<Variant> variants = {};    // instead of spec, when there are any
  std::vector<FaultSpecPtr> steps = {};  // the same, for each step of a ramp of a parameter
  Match match;
  Share share;
  Trigger trigger;
  Shape shape = {};
  Fraction share_from = {};  // of a ramp of the share
  Fraction share_to = {};
  Budget budget = {};
  Run run = Run::live;
  Direction direction = Direction::response;
  int priority = 0;
  TimePoint activated = {};
  Duration activated_wall = {};  // the same moment on the wall clock, since its epoch
  TimePoint deadline = kNever;
  std::uint64_t seed = 0;  // siphash of the fault's name under the configuration's seed
  std::shared_ptr<RuleState> state;
  std::shared_ptr<FrozenAnswers> answers = nullptr;  // of the activation, when the fault has any

  bool acts_on(Direction side) const { return direction == Direction::both || direction == side; }

  // Whether it acts at all at this moment: neither past its deadline nor in an idle phase.
  bool acts(TimePoint now) const { return now < deadline && (!shape.flap || !is_idle(now)); }

  // The first moment after `after` at which what is open may be hit differently: an edge of a flap,
  // a step of a ramp of the share, the deadline. kNever when only edits change anything.
  TimePoint next_change(TimePoint after) const;

  // Whether everything is hit for as long as it is active, so that nothing has to be asked.
  bool hits_everything() const;

  // Decides about one thing that matched, and counts it: nothing while it does not act; else what
  // the share takes, siphash(seed, subject) < share * 2^64, of that the ordinals of the trigger,
  // and of that what the budget has room for. With a `past` the thing keeps its ordinal, and what
  // it took of the budget and of the trigger's times; only a change to a hit is counted.
  Admission admit(const Subject& subject, TimePoint now, const Past& past = {}) const;

  // The same for an event, whose identity makes the decision repeat on redelivery: it is what a
  // share by request hashes, and with a sticky match an event that was hit is hit again whatever
  // share, trigger and budget say. Every other share hashes the text of `stream`, of the request
  // that opened the stream, so that it takes or leaves streams as a whole.
  // An event that an operator has skipped is not counted at all.
  Admission admit_event(std::uint64_t identity, TimePoint now, const Subject& stream = {}) const;

  // What admit() would decide now, and the ordinal it would give; nothing is counted or taken.
  Admission foresee(const Subject& subject, TimePoint now) const;
  Admission foresee_event(std::uint64_t identity, TimePoint now, const Subject& stream = {}) const;

  // What was admitted was not done after all: there was nothing that the fault can be done to, the
  // fault itself left it alone, or another had answered already. It counts as that, and no longer
  // as a hit.
  void count_unfit(const Admission& admission) const;
  void count_spared(const Admission& admission) const;
  void count_terminal(const Admission& admission) const;

  // What admit() needs as the subject's text, for a request of `peer`, the `request`-th on its
  // connection; empty when nothing looks at it.
  std::string subject_text(const Peer& peer, std::uint64_t request,
                           const http::RequestHead* head) const;

  // What is to be done to `subject` at this moment.
  const FaultSpec& spec_for(std::string_view subject, TimePoint now) const;

  // The stage of `spec` on one link, which follows the ramp if there is one.
  std::unique_ptr<LinkStage> make_stage(const FaultSpec& spec, const StageStart& start) const;

  // The share at this moment.
  Fraction share_at(TimePoint now) const;
  bool ramps_share() const { return shape.ramp && steps.empty(); }

  Duration elapsed(TimePoint now) const { return std::max(now - activated, Duration::zero()); }

  // The generator for what the fault draws about `subject` at this moment.
  Rng rng(std::uint64_t subject, TimePoint now) const {
    return Rng(seed).split(subject).at(elapsed(now));
  }

 private:
  void take_back(const Admission& admission) const;
  bool skips(std::uint64_t identity) const;
  bool is_idle(TimePoint now) const;
};

using RulePtr = std::shared_ptr<const Rule>;

// The rule as it acts on a proxy some of whose traffic may never be touched.
RulePtr sparing(const RulePtr& rule, const Never& never);

// The text that `share` hashes for a request of `peer`, the `request`-th on its connection:
//   request     "7/2", the ordinals of the connection and of the request on it
//   connection  "7"
//   client      the client's address, "10.0.0.9"
//   header      the header's value; a request without it counts for itself, as by request
std::string subject_of(const Share& share, const Peer& peer, std::uint64_t request,
                       const http::RequestHead* head);

// The seed of the rule called `name` under the configuration's `seed`.
std::uint64_t rule_seed(std::uint64_t seed, std::string_view name);

}  // namespace firedrill
