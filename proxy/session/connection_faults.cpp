#include "proxy/session/connection_faults.h"

#include <algorithm>

namespace firedrill {

bool ConnectionFaults::hits(const Rule& rule, TimePoint now) {
  if (now >= rule.deadline) return false;
  const auto known =
      std::ranges::find(decisions_, rule.key, &std::pair<std::uint64_t, bool>::first);
  if (known != decisions_.end()) return known->second;
  const bool hit =
      rule.match.accepts(peer_) && rule.admits(subject_of(rule.share, peer_, 0, nullptr), now);
  decisions_.emplace_back(rule.key, hit);
  return hit;
}

AcceptVerdict ConnectionFaults::on_accept(const ActiveRules& rules, TimePoint now) {
  AcceptVerdict verdict;
  for (const RulePtr& rule : rules.connection) {
    if (!hits(*rule, now)) continue;
    Rng rng = rule->rng(peer_.connection);
    rule->spec->on_accept(verdict, rng);
  }
  return verdict;
}

std::vector<StagePlan> ConnectionFaults::plan(const ActiveRules& rules, Direction side,
                                              const Outlet& outlet, TimePoint now) {
  std::vector<StagePlan> plans;
  for (const RulePtr& rule : rules.connection) {
    if (!rule->acts_on(side) || !hits(*rule, now)) continue;
    if (outlet.has_stage(rule->key)) {
      plans.push_back({rule->key, nullptr});
      continue;
    }
    const Rng rng = rule->rng(peer_.connection).split(static_cast<std::uint64_t>(side));
    if (auto stage = rule->spec->make_stage(now, rng))
      plans.push_back({rule->key, std::move(stage)});
  }
  return plans;
}

void ConnectionFaults::apply_one(const ActiveRules& rules, Direction side, Outlet& outlet,
                                 TimePoint now) {
  std::vector<std::uint64_t> active;
  for (const RulePtr& rule : rules.event) {
    if (now < rule->deadline) active.push_back(rule->key);
  }
  outlet.set_stages(plan(rules, side, outlet, now), active);
  // A rule that is gone is forgotten, so that the list stays as short as the rules are.
  std::erase_if(decisions_, [&rules](const auto& decision) {
    return std::ranges::none_of(rules.connection,
                                [&](const RulePtr& rule) { return rule->key == decision.first; });
  });
}

void ConnectionFaults::apply(const ActiveRules& rules, Outlet& request, Outlet& response,
                             TimePoint now) {
  apply_one(rules, Direction::request, request, now);
  apply_one(rules, Direction::response, response, now);
}

}  // namespace firedrill
