#pragma once

#include "control/store.h"

namespace firedrill {

// The rule that a fault is while it is active, among these proxies. Of one that is off, the rule
// that it would be, which has ended.
RulePtr compile_rule(const Fault& fault, const std::vector<Proxy>& proxies, std::uint64_t seed);

}  // namespace firedrill
