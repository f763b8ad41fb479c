#pragma once

#include "proxy/core/kind.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

// Which ordinals are hit, counted over what matched since the fault became active. Zero means no
// such condition; given conditions must all hold.
struct Trigger {
  // Whose matches are counted: those of everybody together, of each client, of each connection,
  // and for dns those about each name, and of each client about each name and type.
  enum class Scope : std::uint8_t { global, client, connection, name, client_name_type };

  std::uint64_t first = 0;              // only the first n
  std::uint64_t after = 0;              // only those after the first n
  std::uint64_t every = 0;              // only each n-th
  std::uint64_t times = 0;              // at most n times
  std::vector<std::uint64_t> nth = {};  // only these, in ascending order
  Scope scope = Scope::global;

  bool always() const {
    return first == 0 && after == 0 && every == 0 && times == 0 && nth.empty();
  }
  // Whether there are many counts, which all workers share.
  bool counts_apart() const { return scope != Scope::global && scope != Scope::connection; }
  // Whether what is counted is a matter of names.
  bool counts_names() const { return scope == Scope::name || scope == Scope::client_name_type; }
  // Whether the trigger fires at `ordinal`, counted from 1; `times` is the caller's to count.
  bool fires(std::uint64_t ordinal) const;
  bool operator==(const Trigger&) const = default;
};

// Written `{after: 3, every: 2, scope: client}`. Every number is at least 1; what could never fire
// is a problem.
template <>
struct Kind<Trigger> {
  static std::optional<Trigger> read(const Value& value, const std::string& path,
                                     Problems& problems);
  static std::string expected() { return "a map with first, after, every, times, nth or scope"; }
  static boost::json::object schema();
  // The conditions that are given.
  static boost::json::value write(const Trigger& trigger);
};

}  // namespace firedrill
