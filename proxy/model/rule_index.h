#pragma once

#include "proxy/model/rule.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace firedrill {

// Finds the dns rules that may match a query without asking each: by the hash of the whole name, and of
// each of its suffixes; rules with patterns, or without names, are always candidates. What it costs
// depends on the labels of the query and on the candidates, not on the number of rules.
class DnsRuleIndex {
 public:
  // Adds a rule; those added first are asked first.
  void add(RulePtr rule);

  bool empty() const { return rules_.empty(); }
  const std::vector<RulePtr>& rules() const { return rules_; }

  // Calls `ask(rule)` for each candidate, in order and once each. A candidate still has to match.
  template <class Ask>
  void each_candidate(const dns::Query& query, Ask&& ask) const;

 private:
  using Position = std::uint32_t;
  std::vector<RulePtr> rules_;
  std::vector<Position> unnamed_;
  std::unordered_map<std::uint64_t, std::vector<Position>> exact_;
  std::unordered_map<std::uint64_t, std::vector<Position>> suffix_;
};

}  // namespace firedrill
