#pragma once

#include "proxy/core/value.h"

#include <optional>

namespace firedrill {

// The value at `part` of the way, from 0 to 1, between two that are written in the same notation:
// numbers, durations, rates, sizes or shares. Two whole numbers give a whole number. Nothing when
// they have no notation in common.
std::optional<Value> interpolate(const Value& from, const Value& to, double part);

}  // namespace firedrill
