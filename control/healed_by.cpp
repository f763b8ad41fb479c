#include "control/healed_by.h"

#include "proxy/fault/delay.h"

#include <algorithm>

namespace firedrill {

Duration injected_ttl(const FaultConfig& fault) {
  if (fault.run == Rule::Run::dry) return Duration::zero();
  Duration longest{};
  const auto count = [&](const FaultSpecPtr& spec) {
    if (spec != nullptr) longest = std::max(longest, spec->injected_ttl());
  };
  count(fault.spec);
  for (const Variant& variant : fault.variants) count(variant.spec);
  for (const FaultSpecPtr& step : fault.steps) count(step);
  return longest;
}

namespace {

// What it gave by the upstream's own TTLs is known only when it has been given.
Duration longest_ttl(const Fault& fault) {
  const std::chrono::seconds given(fault.state->given_ttl.load(std::memory_order_relaxed));
  return std::max<Duration>(injected_ttl(*fault.config), given);
}

}  // namespace

TimePoint kept_until(const Fault& ending, TimePoint now) {
  const Duration ttl = longest_ttl(ending);
  if (!ending.active() || ttl == Duration::zero()) return ending.kept_until;
  return std::max(ending.kept_until, later(std::min(now, *ending.deadline), ttl));
}

std::optional<TimePoint> healed_by(const Fault& fault, TimePoint now) {
  const TimePoint until = kept_until(fault, kNever);
  if (until <= now || until == kNever) return std::nullopt;
  return until;
}

// What ends with a change has given its last answer by now.
void Store::remember_kept(std::vector<Fault>& next) const {
  const TimePoint now = Clock::now();
  for (Fault& fault : next) {
    const Fault* before = find_fault(fault.config->name);
    if (before == nullptr) continue;
    const bool goes_on = fault.active() && fault.config == before->config;
    fault.kept_until = goes_on ? before->kept_until : kept_until(*before, now);
  }
}

}  // namespace firedrill
