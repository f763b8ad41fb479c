#pragma once

#include "proxy/core/kind.h"
#include "proxy/core/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace firedrill {

// Where an active fault is in its time: both are counted on the monotonic clock, so that a change
// of the wall clock moves nothing after the activation.
struct Phase {
  Duration elapsed{};  // since the activation
  Duration wall{};     // since the epoch of the wall clock, as it was at the activation
};

// Moves one number from one value to another, evenly, and leaves it there. The idle phases of a
// flap don't stop it.
struct Ramp {
  // A ramp is taken in this many steps where it can't be even: where a parameter is compiled for
  // each, or where something open has to be looked at again.
  static constexpr std::size_t kSteps = 100;

  std::string field;  // "share", or "with." and a parameter
  Value from;
  Value to;
  Duration over{};

  // How far it is: from 0 to 1.
  double progress(Duration elapsed) const;
  // The same in whole steps, from 0 to kSteps.
  std::size_t step(Duration elapsed) const;
  // When the step after that comes, counted from the activation; nothing when it was the last.
  std::optional<Duration> next_step(Duration elapsed) const;

  bool operator==(const Ramp&) const = default;
};

// Comes and goes: active for a while, idle for a while, and again. Each edge but the first may be
// off its place by half the jitter times the shorter phase, to either side, as the seed says. So
// phases differ by up to the jitter, and cycles don't drift.
struct Flap {
  enum class Align : std::uint8_t {
    start,  // cycles are counted from the activation
    wall,   // and here from each full hour, so that all replicas do it together
  };

  Duration active{};
  Duration idle{};
  Fraction jitter{0};
  Align align = Align::start;

  bool is_active(const Phase& phase, std::uint64_t seed) const;
  // How long from there to the next edge; there may be no change at it, at a full hour.
  Duration until_edge(const Phase& phase, std::uint64_t seed) const;

  bool operator==(const Flap&) const = default;
};

// How the intensity of a fault moves in time.
struct Shape {
  std::optional<Ramp> ramp;
  std::optional<Flap> flap;

  bool moves() const { return ramp || flap; }
  bool operator==(const Shape&) const = default;
};

// Written `{ramp: {field: share, from: 1%, to: 50%, over: 5m}, flap: {active: 40s, idle: 20s}}`.
template <>
struct Kind<Shape> {
  static std::optional<Shape> read(const Value& value, const std::string& path, Problems& problems);
  static std::string expected() { return "a map with ramp, flap or both"; }
  static boost::json::object schema();
  static boost::json::value write(const Shape&) { return nullptr; }
};

}  // namespace firedrill
