#include "proxy/model/hit_log.h"

#include <utility>

namespace firedrill {

void HitLog::add(const Rule& rule, Hit hit) {
  const auto known = faults_.find(rule.state);
  std::deque<Hit>& kept = known != faults_.end() ? known->second : faults_[rule.state];
  if (kept.size() == kKept) kept.pop_front();
  kept.push_back(std::move(hit));
}

std::vector<Hit> HitLog::of(const std::shared_ptr<const RuleState>& fault) const {
  const auto known = faults_.find(fault);
  if (known == faults_.end()) return {};
  return {known->second.begin(), known->second.end()};
}

void HitLog::sweep() {
  std::erase_if(faults_, [](const auto& entry) { return entry.first.expired(); });
}

}  // namespace firedrill
