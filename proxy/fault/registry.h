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

// Another name under which a type can be configured, and the parameter that it stands for, unless
// that is configured.
struct FaultAlias {
  std::string_view name;
  std::string_view type;
  std::string_view parameter = {};  // none when empty
  std::string_view value = {};
};

std::span<const FaultAlias> fault_aliases();
const FaultAlias* find_fault_alias(std::string_view name);  // null when there is none

// All names, for messages about a misspelt one.
const std::vector<std::string>& fault_type_names();

}  // namespace firedrill
