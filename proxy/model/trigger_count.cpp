#include "proxy/model/trigger_count.h"

namespace firedrill {

TriggerCount& ConnectionCounts::of(const void* fault, std::uint64_t activation) {
  for (Entry& entry : entries_) {
    if (entry.fault != fault) continue;
    if (entry.activation != activation) entry.count.clear();
    entry.activation = activation;
    return entry.count;
  }
  Entry& made = entries_.emplace_back();
  made.fault = fault;
  made.activation = activation;
  return made.count;
}

}  // namespace firedrill
