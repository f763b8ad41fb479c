#include "proxy/session/hit_notes.h"

#include <algorithm>
#include <chrono>

namespace firedrill {

void HitNotes::add(const Rule& rule, const decltype(Hit::what)& what) {
  log_.add(rule, {.time = std::chrono::system_clock::now(), .client = client_, .what = what});
  if (std::ranges::find(faults_, rule.name) == faults_.end()) faults_.push_back(rule.name);
}

}  // namespace firedrill
