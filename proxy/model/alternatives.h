#pragma once

#include "proxy/core/fields.h"
#include "proxy/core/kind.h"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// A list of which one must hold, `given` under `key`. Nothing given leaves the list empty, which
// means that anything will do; hence a list that is written down as empty is a mistake.
template <class T>
std::vector<T> read_alternatives(Fields& fields, std::string_view key, const Value* given) {
  if (given == nullptr) return {};
  if (const auto* list = given->list(); list != nullptr && list->empty()) {
    fields.complain(key, "must not be empty; leave it out to match everything");
    return {};
  }
  auto read = Kind<std::vector<T>>::read(*given, fields.path_of(key), fields.problems());
  return read ? std::move(*read) : std::vector<T>();
}

// The same under `key` or, for one value, under its singular.
template <class T>
std::vector<T> read_alternatives(Fields& fields, std::string_view key, std::string_view singular) {
  const Value* several = fields.optional(key);
  const Value* single = fields.optional(singular);
  if (several != nullptr && single != nullptr) {
    fields.complain(singular, "must not stand beside " + std::string(key));
    return {};
  }
  return several != nullptr ? read_alternatives<T>(fields, key, several)
                            : read_alternatives<T>(fields, singular, single);
}

}  // namespace firedrill
