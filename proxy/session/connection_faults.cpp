#include "proxy/session/connection_faults.h"

#include <algorithm>
#include <utility>

namespace firedrill {

// What the rule does to this connection now, or null.
const FaultSpec* ConnectionFaults::hit_by(const Rule& rule, TimePoint now) {
  if (!rule.acts(now)) return nullptr;
  const auto known = std::ranges::find(decisions_, rule.activation, &Decision::activation);
  if (known == decisions_.end()) {
    if (!rule.match.accepts(peer_)) return nullptr;
    decisions_.push_back({rule.activation, rule.key, decide(rule, now, {})});
    return decisions_.back().admission.spec;
  }
  if (known->key == rule.key && !rule.ramps_share()) return known->admission.spec;
  Admission before = std::move(known->admission);
  known->key = rule.key;
  known->admission = rule.match.accepts(peer_)
                         ? decide(rule, now, {.ordinal = before.ordinal, .outcome = before.outcome})
                         : Admission{.ordinal = before.ordinal};
  if (known->admission.spec != nullptr && before.unit) {
    known->admission.unit = std::move(before.unit);
  }
  return known->admission.spec;
}

Admission ConnectionFaults::decide(const Rule& rule, TimePoint now, const Past& past) const {
  const Subject subject{.text = rule.subject_text(peer_, 0, nullptr), .peer = &peer_};
  return rule.admit(subject, now, past);
}

AcceptVerdict ConnectionFaults::on_accept(const ActiveRules& rules, TimePoint now) {
  AcceptVerdict verdict;
  for (const RulePtr& rule : rules.connection) {
    const FaultSpec* spec = hit_by(*rule, now);
    if (spec == nullptr) continue;
    Rng rng = rule->rng(peer_.connection, now);
    spec->on_accept(verdict, rng);
  }
  return verdict;
}

std::vector<StagePlan> ConnectionFaults::plan(const ActiveRules& rules, Direction side,
                                              const Outlet& outlet, TimePoint now) {
  std::vector<StagePlan> plans;
  for (const RulePtr& rule : rules.connection) {
    const FaultSpec* spec = rule->acts_on(side) ? hit_by(*rule, now) : nullptr;
    if (spec == nullptr) continue;
    if (outlet.has_stage(rule->key)) {
      plans.push_back({rule->key, nullptr});
      continue;
    }
    const Rng rng = rule->rng(peer_.connection, now).split(static_cast<std::uint64_t>(side));
    if (auto stage = rule->make_stage(*spec, now, rng))
      plans.push_back({rule->key, std::move(stage)});
  }
  return plans;
}

void ConnectionFaults::apply_one(const ActiveRules& rules, Direction side, Outlet& outlet,
                                 TimePoint now) {
  std::vector<std::uint64_t> active;
  for (const RulePtr& rule : rules.event) {
    if (rule->acts(now)) active.push_back(rule->key);
  }
  outlet.set_stages(plan(rules, side, outlet, now), active);
  // A rule that is gone is forgotten, so that the list stays as short as the rules are.
  std::erase_if(decisions_, [&rules](const Decision& decision) {
    return std::ranges::none_of(rules.connection, [&](const RulePtr& rule) {
      return rule->activation == decision.activation;
    });
  });
}

void ConnectionFaults::apply(const ActiveRules& rules, Outlet& request, Outlet& response,
                             TimePoint now) {
  apply_one(rules, Direction::request, request, now);
  apply_one(rules, Direction::response, response, now);
}

}  // namespace firedrill
