#pragma once

#include "proxy/fault/fault.h"
#include "proxy/model/match.h"
#include "proxy/model/rule_state.h"
#include "proxy/model/share.h"
#include "proxy/model/trigger.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// A fault, compiled and active: which traffic, how often, until when.
struct Rule {
  std::string name;
  std::uint64_t key = 0;  // of this activation or edit; never used again
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

  // Decides about one thing that matched, and counts it: nothing after the deadline; else what the
  // share takes, siphash(seed, subject) < share * 2^64, and of that the ordinals of the trigger. A
  // yes is counted as a hit.
  bool admits(std::string_view subject, TimePoint now) const;

  // The same for an event, whose identity makes the decision repeat on redelivery: it is what a
  // share by request hashes, and with a sticky match an event that was hit is hit again whatever
  // share and trigger say. Every other share hashes `stream`, the subject of the request that
  // opened the stream, so that it takes or leaves streams as a whole.
  bool admits_event(std::uint64_t identity, TimePoint now, std::string_view stream = {}) const;

  // What was admitted turned out to be nothing that the fault can be done to: it counts as
  // skipped_format, and no longer as a hit.
  void count_unfit() const;

  // The generator for what the fault draws about `subject`.
  Rng rng(std::uint64_t subject) const { return Rng(seed).split(subject); }
};

using RulePtr = std::shared_ptr<const Rule>;

// The text that `share` hashes for a request of `peer`, the `request`-th on its connection:
//   request     "7/2", the ordinals of the connection and of the request on it
//   connection  "7"
//   client      the client's address, "10.0.0.9"
//   header      the header's value; a request without it counts for itself, as by request
std::string subject_of(const Share& share, const Peer& peer, std::uint64_t request,
                       const http::RequestHead* head);

// The seed of the rule called `name` under the configuration's `seed`.
std::uint64_t rule_seed(std::uint64_t seed, std::string_view name);

}  // namespace firedrill
