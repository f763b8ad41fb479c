#pragma once

#include "proxy/fault/fault.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// Every kind of fault that can be configured.
std::span<const FaultType* const> fault_types();

// The type called `name`; null when there is none.
const FaultType* find_fault_type(std::string_view name);

// All names, for messages about a misspelt one.
const std::vector<std::string>& fault_type_names();

}  // namespace firedrill
