#pragma once

#include "proxy/fault/fault.h"
#include "proxy/model/match.h"
#include "proxy/model/rule_state.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// Which part of the matching traffic is hit, decided by hash: the same seed, fault and key decide alike
// on every worker, on every replica, and on replay.
struct Share {
  enum class By : std::uint8_t { request, connection, client, header };

  Fraction of{1};
  By by = By::request;
  std::string header = {};  // for By::header: its name

  bool everything() const { return of.value >= 1; }
};

template <>
struct Kind<Share> {
  static std::optional<Share> read(const Value& value, const std::string& path, Problems& problems);
  static std::string expected() {
    return "a share such as 15%, or {of: 15%, by: request | connection | client | header:NAME}";
  }
  static boost::json::object schema();
  static boost::json::value write(const Share& share);
};

// Which ordinals are hit, counted over what matched since the fault became active. Zero means no such
// condition; given conditions must all hold.
struct Trigger {
  std::uint64_t first = 0;             // only the first n
  std::uint64_t after = 0;             // only those after the first n
  std::uint64_t every = 0;             // only each n-th
  std::uint64_t times = 0;             // at most n times
  std::vector<std::uint64_t> nth = {}; // only these

  bool always() const { return first == 0 && after == 0 && every == 0 && times == 0 && nth.empty(); }
  // Whether the trigger fires at `ordinal`, counted from 1; `times` is the caller's to count.
  bool fires(std::uint64_t ordinal) const;
};

template <>
struct Kind<Trigger> {
  static std::optional<Trigger> read(const Value& value, const std::string& path, Problems& problems);
  static std::string expected() { return "a map with first, after, every, times or nth"; }
  static boost::json::object schema();
  static boost::json::value write(const Trigger& trigger);
};

// A fault, compiled and active: which traffic, how often, until when.
struct Rule {
  std::string name;
  std::uint64_t key = 0;   // of this activation or edit; never used again
  const FaultType* type = nullptr;
  FaultSpecPtr spec;
  Match match;
  Share share;
  Trigger trigger;
  Direction direction = Direction::response;
  int priority = 0;
  TimePoint deadline = kNever;
  std::uint64_t seed = 0;  // siphash of the fault's name under the configuration's seed
  std::shared_ptr<RuleState> state;

  bool acts_on(Direction side) const { return direction == Direction::both || direction == side; }

  // Decides about one thing that matched, and counts it. `subject` is what the share hashes.
  bool admits(std::string_view subject, TimePoint now) const;

  // The same for an event, whose identity makes the decision repeat on redelivery.
  bool admits_event(std::uint64_t identity, TimePoint now) const;

  // The generator for what the fault draws about `subject`.
  Rng rng(std::uint64_t subject) const { return Rng(seed).split(subject); }
};

using RulePtr = std::shared_ptr<const Rule>;

// The text that `share` hashes for a request of `peer`, the `request`-th on its connection.
std::string subject_of(const Share& share, const Peer& peer, std::uint64_t request,
                       const http::RequestHead* head);

// The seed of the rule called `name`.
std::uint64_t rule_seed(std::uint64_t seed, std::string_view name);

}  // namespace firedrill
