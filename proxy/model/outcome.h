#pragma once

#include "proxy/core/kind.h"

#include <cstdint>
#include <string_view>
#include <utility>

namespace firedrill {

// What a rule decided about one thing that matched: that it is hit, or why it is let go.
enum class Outcome : std::uint8_t {
  hit,
  inactive,  // past the deadline, or in the idle phase of a flap
  share,
  trigger,
  overflow,  // the budget is spent, or the trigger can't count one client more
  dry_run,   // would have been hit
};

template <>
struct Names<Outcome> {
  using enum Outcome;
  static constexpr std::pair<std::string_view, Outcome> kAll[] = {
      {"hit", hit},         {"inactive", inactive}, {"share", share},
      {"trigger", trigger}, {"overflow", overflow}, {"dry_run", dry_run}};
};

}  // namespace firedrill
