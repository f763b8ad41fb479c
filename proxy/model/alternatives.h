#pragma once

#include "proxy/core/fields.h"
#include "proxy/core/kind.h"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// A list of which one must hold, under `key` or, for one value, under its singular. Nothing given
// leaves the list empty, which means that anything will do; hence a list that is written down as
// empty is a mistake.
template <class T>
std::vector<T> read_alternatives(Fields& fields, std::string_view key, std::string_view singular) {
  const Value* several = fields.optional(key);
  const Value* single = fields.optional(singular);
  if (several != nullptr && single != nullptr) {
    fields.complain(singular, "must not stand beside " + std::string(key));
    return {};
  }
  const Value* given = several != nullptr ? several : single;
  if (given == nullptr) return {};
  const auto used = several != nullptr ? key : singular;
  if (const auto* list = given->list(); list != nullptr && list->empty()) {
    fields.complain(used, "must not be empty; leave it out to match everything");
    return {};
  }
  auto read = Kind<std::vector<T>>::read(*given, fields.path_of(used), fields.problems());
  return read ? std::move(*read) : std::vector<T>();
}

}  // namespace firedrill
