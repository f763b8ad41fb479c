#pragma once

#include "proxy/model/hit.h"
#include "proxy/model/rule.h"

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace firedrill {

// The last hits of each fault, as one worker has seen them. They belong to the fault, not to one of
// its rules: edits keep them, a new activation goes on with them, and they end when it is removed.
class HitLog {
 public:
  static constexpr std::size_t kKept = 10;  // of each fault

  void add(const Rule& rule, Hit hit);

  // Those of the fault that has this state, oldest first.
  std::vector<Hit> of(const std::shared_ptr<const RuleState>& fault) const;

  // Forgets the faults that are gone.
  void sweep();

  bool empty() const { return faults_.empty(); }

 private:
  std::map<std::weak_ptr<const RuleState>, std::deque<Hit>, std::owner_less<>> faults_;
};

}  // namespace firedrill
