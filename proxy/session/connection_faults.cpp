#include "proxy/session/connection_faults.h"

#include "proxy/fault/delay.h"

#include <algorithm>

namespace firedrill {

ConnectionFaults::Decision& ConnectionFaults::decide(const Rule& rule, TimePoint now) {
  const auto known = std::ranges::find(decisions_, rule.key, &Decision::key);
  if (known != decisions_.end()) return *known;
  const bool hit =
      rule.match.accepts(peer_) && rule.admits(subject_of(rule.share, peer_, 0, nullptr), now);
  return decisions_.emplace_back(Decision{.key = rule.key, .fault = rule.state.get(), .hit = hit});
}

bool ConnectionFaults::hits(const Rule& rule, TimePoint now) {
  return now < rule.deadline && decide(rule, now).hit;
}

AcceptVerdict ConnectionFaults::on_accept(const ActiveRules& rules, TimePoint now) {
  AcceptVerdict verdict;
  forget(rules);
  for (const RulePtr& rule : rules.connection) {
    if (!hits(*rule, now)) continue;
    Decision& decision = decide(*rule, now);
    if (!decision.at_accept) {
      Rng rng = rule->rng(peer_.connection);
      rule->spec->on_accept(decision.at_accept.emplace(), rng);
    }
    verdict.delay = add_delays(verdict.delay, decision.at_accept->delay);
    verdict.refuse_with(decision.at_accept->action);
    ConnectionSlots* slots = rule->spec->slots();
    if (slots == nullptr || decision.slot != nullptr) continue;
    if (slots->try_take()) {
      decision.slot = Slot(slots, GiveBack{rule->spec});
    } else {
      const bool queue = slots->when_full() == ConnectionSlots::Full::queue;
      verdict.refuse_with(queue ? AcceptVerdict::Action::queue : AcceptVerdict::Action::reset);
    }
  }
  served_ = verdict.action == AcceptVerdict::Action::serve;
  return verdict;
}

// For a connection that is open: it stays, whether there is a slot for it or not.
void ConnectionFaults::take_slots(const ActiveRules& rules, TimePoint now) {
  for (const RulePtr& rule : rules.connection) {
    ConnectionSlots* slots = rule->spec->slots();
    if (!served_ || slots == nullptr || !hits(*rule, now)) continue;
    Decision& decision = decide(*rule, now);
    if (decision.slot != nullptr) continue;
    slots->take();
    decision.slot = Slot(slots, GiveBack{rule->spec});
  }
}

std::vector<StagePlan> ConnectionFaults::plan(const ActiveRules& rules, Direction side,
                                              const Outlet& outlet, TimePoint now) {
  std::vector<StagePlan> plans;
  for (const RulePtr& rule : rules.connection) {
    if (!rule->acts_on(side) || !hits(*rule, now)) continue;
    if (outlet.has_stage(rule->key)) {
      plans.push_back({.key = rule->key, .stage = nullptr});
      continue;
    }
    const StageStart start{
        .now = now,
        .rng = rule->rng(peer_.connection).split(static_cast<std::uint64_t>(side)),
        .side = side,
        .activity = activity_};
    if (auto stage = rule->spec->make_stage(start)) {
      plans.push_back(
          {.key = rule->key, .stage = std::move(stage), .replaces = predecessor(*rule, outlet)});
    }
  }
  return plans;
}

// The key of the stage that stands for the rule as it was before an edit; 0 when there is none.
std::uint64_t ConnectionFaults::predecessor(const Rule& rule, const Outlet& outlet) const {
  const auto before = std::ranges::find_if(decisions_, [&](const Decision& decision) {
    return decision.fault == rule.state.get() && decision.key != rule.key &&
           outlet.has_stage(decision.key);
  });
  return before != decisions_.end() ? before->key : 0;
}

void ConnectionFaults::set_stages(const ActiveRules& rules, Direction side, Outlet& outlet,
                                  TimePoint now) {
  std::vector<std::uint64_t> active;
  for (const RulePtr& rule : rules.event) {
    if (now < rule->deadline) active.push_back(rule->key);
  }
  outlet.set_stages(plan(rules, side, outlet, now), active);
}

// A rule that is gone is forgotten, so that the list stays as short as the rules are.
void ConnectionFaults::forget(const ActiveRules& rules) {
  std::erase_if(decisions_, [&rules](const Decision& decision) {
    return std::ranges::none_of(rules.connection,
                                [&](const RulePtr& rule) { return rule->key == decision.key; });
  });
}

void ConnectionFaults::apply_one(const ActiveRules& rules, Direction side, Outlet& outlet,
                                 TimePoint now) {
  take_slots(rules, now);
  set_stages(rules, side, outlet, now);
  forget(rules);
}

void ConnectionFaults::apply(const ActiveRules& rules, Outlet& request, Outlet& response,
                             TimePoint now) {
  take_slots(rules, now);
  set_stages(rules, Direction::request, request, now);
  set_stages(rules, Direction::response, response, now);
  forget(rules);
}

}  // namespace firedrill
