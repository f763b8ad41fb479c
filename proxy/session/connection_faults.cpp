#include "proxy/session/connection_faults.h"

#include "proxy/fault/delay.h"

#include <algorithm>
#include <utility>

namespace firedrill {

// The decision of a rule that does something to this connection now, or null. It is good until the
// next call.
ConnectionFaults::Decision* ConnectionFaults::hit_by(const Rule& rule, TimePoint now) {
  if (!rule.acts(now)) return nullptr;
  auto known = std::ranges::find(decisions_, rule.activation, &Decision::activation);
  if (known == decisions_.end()) {
    if (!rule.match.accepts(peer_)) return nullptr;
    decisions_.push_back(
        {.activation = rule.activation, .key = rule.key, .admission = decide(rule, now, {})});
    known = std::prev(decisions_.end());
    if (known->admission) hits_.add(rule, ConnectionHit{});
  } else if (known->key != rule.key || rule.ramps_share()) {
    decide_again(*known, rule, now);
  }
  return known->admission.spec != nullptr ? &*known : nullptr;
}

void ConnectionFaults::decide_again(Decision& decision, const Rule& rule, TimePoint now) {
  if (decision.key != rule.key) {
    decision.replaced = std::exchange(decision.key, rule.key);
    decision.at_accept.reset();
    decision.slot.reset();
  }
  Admission before = std::move(decision.admission);
  decision.admission =
      rule.match.accepts(peer_)
          ? decide(rule, now, {.ordinal = before.ordinal, .outcome = before.outcome})
          : Admission{.ordinal = before.ordinal};
  if (decision.admission && !before) hits_.add(rule, ConnectionHit{});
  if (decision.admission.spec != nullptr && before.unit) {
    decision.admission.unit = std::move(before.unit);
  }
}

Admission ConnectionFaults::decide(const Rule& rule, TimePoint now, const Past& past) const {
  const Subject subject{.text = rule.subject_text(peer_, 0, nullptr), .peer = &peer_};
  return rule.admit(subject, now, past);
}

AcceptVerdict ConnectionFaults::on_accept(const ActiveRules& rules, TimePoint now) {
  AcceptVerdict verdict;
  forget(rules);
  for (const RulePtr& rule : rules.connection) {
    Decision* const decision = hit_by(*rule, now);
    if (decision == nullptr) continue;
    const FaultSpec& spec = *decision->admission.spec;
    if (!decision->at_accept) {
      Rng rng = rule->rng(peer_.connection, now);
      spec.on_accept(decision->at_accept.emplace(), rng);
    }
    verdict.delay = add_delays(verdict.delay, decision->at_accept->delay);
    verdict.refuse_with(decision->at_accept->action);
    ConnectionSlots* const slots = spec.slots();
    if (slots == nullptr || decision->slot != nullptr) continue;
    if (slots->try_take()) {
      decision->slot = Slot(slots, GiveBack{rule});
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
  if (!served_) return;
  for (const RulePtr& rule : rules.connection) {
    Decision* const decision = hit_by(*rule, now);
    if (decision == nullptr || decision->slot != nullptr) continue;
    ConnectionSlots* const slots = decision->admission.spec->slots();
    if (slots == nullptr) continue;
    slots->take();
    decision->slot = Slot(slots, GiveBack{rule});
  }
}

std::vector<StagePlan> ConnectionFaults::plan(const ActiveRules& rules, Direction side,
                                              const Outlet& outlet, TimePoint now) {
  std::vector<StagePlan> plans;
  for (const RulePtr& rule : rules.connection) {
    const Decision* const decision = rule->acts_on(side) ? hit_by(*rule, now) : nullptr;
    if (decision == nullptr) continue;
    if (outlet.has_stage(rule->key)) {
      plans.push_back({.key = rule->key, .stage = nullptr});
      continue;
    }
    const StageStart start{
        .now = now,
        .rng = rule->rng(peer_.connection, now).split(static_cast<std::uint64_t>(side)),
        .side = side,
        .activity = activity_};
    if (auto stage = rule->make_stage(*decision->admission.spec, start)) {
      plans.push_back(
          {.key = rule->key, .stage = std::move(stage), .replaces = decision->replaced});
    }
  }
  return plans;
}

void ConnectionFaults::set_stages(const ActiveRules& rules, Direction side, Outlet& outlet,
                                  TimePoint now) {
  // Those that may hold something back on the link.
  std::vector<std::uint64_t> active;
  const auto add = [&](const std::vector<RulePtr>& some) {
    for (const RulePtr& rule : some) {
      if (rule->acts(now)) active.push_back(rule->key);
    }
  };
  add(rules.event);
  add(rules.request.rules());
  outlet.set_stages(plan(rules, side, outlet, now), active);
}

// A rule that is gone is forgotten, so that the list stays as short as the rules are.
void ConnectionFaults::forget(const ActiveRules& rules) {
  std::erase_if(decisions_, [&rules](const Decision& decision) {
    return std::ranges::none_of(rules.connection, [&](const RulePtr& rule) {
      return rule->activation == decision.activation;
    });
  });
}

std::vector<std::string> ConnectionFaults::hitting(const ActiveRules& rules, TimePoint now) const {
  std::vector<std::string> names;
  for (const RulePtr& rule : rules.connection) {
    const auto known = std::ranges::find(decisions_, rule->activation, &Decision::activation);
    const bool hits = known != decisions_.end() && known->admission;
    if (hits && rule->acts(now)) names.push_back(rule->name);
  }
  return names;
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
