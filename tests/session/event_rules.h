#pragma once

#include "proxy/core/fields.h"
#include "proxy/fault/registry.h"
#include "proxy/model/snapshot.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::test {

using namespace std::chrono_literals;

// The moment at which every test starts; a clock that tests move by adding to it.
inline constexpr TimePoint kStart{std::chrono::hours(1000)};

// A stream fault as a configuration would say it; the texts are JSON.
struct EventFault {
  std::string_view type;
  std::string_view with = "{}";
  std::string_view match = "{}";
  std::uint64_t key = 1;
  Share share = {};
  Trigger trigger = {};
  TimePoint deadline = kNever;
};

inline std::shared_ptr<Rule> make_rule(const EventFault& fault) {
  Problems problems;
  auto rule = std::make_shared<Rule>();
  rule->name = fault.type;
  rule->key = rule->activation = fault.key;
  rule->type = find_fault_type(fault.type);
  const Value with = from_json(boost::json::parse(fault.with));
  Fields fields(with, "with", problems);
  rule->spec = rule->type->compile(fields);
  const Value match = from_json(boost::json::parse(fault.match));
  rule->match = Match::read(match, "match", Family::stream, problems).value_or(Match());
  rule->share = fault.share;
  rule->trigger = fault.trigger;
  rule->deadline = fault.deadline;
  rule->seed = rule_seed(1, rule->name);
  rule->state = std::make_shared<RuleState>();
  EXPECT_TRUE(problems.empty()) << describe(problems);
  return rule;
}

inline ActiveRules active(std::vector<RulePtr> rules) {
  ActiveRules all;
  all.event = std::move(rules);
  return all;
}

inline ActiveRules only(const EventFault& fault) {
  return active({make_rule(fault)});
}

}  // namespace firedrill::test
