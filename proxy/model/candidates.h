#pragma once

#include "proxy/model/rule.h"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <unordered_map>
#include <vector>

namespace firedrill {

// Rules in the order in which they are asked, with lists of their positions under hashes. It is
// what the indexes of this layer have in common.
class RuleTable {
 public:
  using Position = std::uint32_t;
  using Positions = std::vector<Position>;  // ascending, each once
  using Buckets = std::unordered_map<std::uint64_t, Positions>;

  Position add(RulePtr rule) {
    rules_.push_back(std::move(rule));
    return static_cast<Position>(rules_.size() - 1);
  }
  const std::vector<RulePtr>& rules() const { return rules_; }
  const RulePtr& operator[](Position position) const { return rules_[position]; }

  // Positions come in ascending order, so that a repeated one is the last.
  static void append(Positions& list, Position position) {
    if (list.empty() || list.back() != position) list.push_back(position);
  }

 private:
  std::vector<RulePtr> rules_;
};

// Walks several ascending lists as one. At most `Capacity` lists may have members; nothing is
// allocated, and the unused rest of the array is never touched.
template <std::size_t Capacity>
class CandidateWalk {
 public:
  CandidateWalk() {}  // NOLINT(*-member-init): see above

  void add(std::span<const RuleTable::Position> list) {
    if (!list.empty()) lists_[count_++] = {list.data(), list.data() + list.size()};
  }
  void add(const RuleTable::Buckets& buckets, std::uint64_t hash) {
    if (buckets.empty()) return;
    if (const auto found = buckets.find(hash); found != buckets.end()) add(found->second);
  }

  // Calls `visit(position)` for each position in any list, in order and once.
  template <class Visit>
  void each(Visit&& visit) {
    if (count_ == 1) {
      for (const auto* at = lists_[0].at; at != lists_[0].end; ++at) visit(*at);
      return;
    }
    while (count_ > 0) visit(take_least());
  }

 private:
  struct Cursor {
    const RuleTable::Position* at;
    const RuleTable::Position* end;
  };

  RuleTable::Position take_least() {
    auto least = std::numeric_limits<RuleTable::Position>::max();
    for (std::size_t i = 0; i < count_; ++i) {
      if (*lists_[i].at < least) least = *lists_[i].at;
    }
    for (std::size_t i = count_; i-- > 0;) {
      if (*lists_[i].at == least && ++lists_[i].at == lists_[i].end) lists_[i] = lists_[--count_];
    }
    return least;
  }

  std::array<Cursor, Capacity> lists_;
  std::size_t count_ = 0;
};

}  // namespace firedrill
