#pragma once

#include "proxy/codec/dns/message.h"
#include "proxy/codec/http/head.h"
#include "proxy/model/candidates.h"
#include "proxy/model/host_pattern.h"

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace firedrill {

// Finds the dns rules that may match a query without asking each: by the hash of the whole name,
// and of each of its suffixes; a glob stands under the labels behind its last wildcard. Rules with
// regular expressions, or without names, are always candidates. What it costs depends on the labels
// of the query and on the candidates, not on the number of rules.
class DnsRuleIndex {
 public:
  // Adds a rule; those added first are asked first.
  void add(RulePtr rule);

  bool empty() const { return rules().empty(); }
  const std::vector<RulePtr>& rules() const { return table_.rules(); }
  // The rule with this key; null when there is none any more.
  const Rule* find(std::uint64_t key) const;

  // Calls `ask(rule)` for each candidate, in order and once each. A candidate still has to match.
  template <class Ask>
  void each_candidate(const dns::Question& question, Ask&& ask) const {
    const dns::FoldedName& name = question.folded;
    CandidateWalk<dns::kMaxLabels + 3> walk;
    walk.add(unnamed_);
    walk.add(exact_, name.hash(0));
    if (!below_.empty()) {
      for (std::size_t label = 1; label <= name.labels(); ++label) {
        walk.add(below_, name.hash(label));
      }
    }
    walk.each([&](RuleTable::Position position) { ask(table_[position]); });
  }

 private:
  RuleTable table_;
  std::unordered_map<std::uint64_t, RuleTable::Position> by_key_;
  RuleTable::Positions unnamed_;
  RuleTable::Buckets exact_;
  RuleTable::Buckets below_;
};

// The same for requests, by the keys of their matches: the whole path and each of its prefixes that
// ends with an element, the host, and the values of the headers that any rule asks for. Rules
// without such keys are always candidates.
class HttpRuleIndex {
 public:
  void add(RulePtr rule);

  bool empty() const { return rules().empty(); }
  const std::vector<RulePtr>& rules() const { return table_.rules(); }

  template <class Ask>
  void each_candidate(const http::RequestHead& head, Ask&& ask) const {
    Walk walk;
    walk.add(unnamed_);
    if (!exact_.empty()) walk.add(exact_, hash_of(head.target.path));
    if (!prefix_.empty()) add_prefixes(walk, head.target.path);
    if (!host_.empty()) walk.add(host_, hash_of_name(without_port(head.host)));
    if (!header_.empty()) add_headers(walk, head.fields);
    walk.each([&](RuleTable::Position position) { ask(table_[position]); });
  }

 private:
  // Elements of the deepest prefix that is looked up; rules for deeper ones are always candidates.
  static constexpr std::size_t kDeepest = 32;
  using Walk = CandidateWalk<kDeepest + 4 + http::FieldList::kCapacity>;

  static std::uint64_t hash_of(std::string_view text);
  static std::uint64_t hash_of_name(std::string_view name);  // whatever its case
  static bool too_deep(const RequestKey& key);
  RuleTable::Positions& list_of(const RequestKey& key);
  void add_prefixes(Walk& walk, std::string_view path) const;
  void add_headers(Walk& walk, const http::FieldList& fields) const;

  RuleTable table_;
  RuleTable::Positions unnamed_;
  RuleTable::Buckets exact_;
  RuleTable::Buckets prefix_;
  RuleTable::Buckets host_;
  std::unordered_map<std::uint64_t, RuleTable::Buckets> header_;  // by name, then by value
  std::size_t deepest_ = 0;  // elements of the deepest prefix in prefix_
};

}  // namespace firedrill
