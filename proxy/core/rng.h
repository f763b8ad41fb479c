#pragma once

#include "proxy/core/time.h"

#include <cstdint>

namespace firedrill {

// A small reproducible generator (splitmix64). The standard distributions are not used because
// their output differs between library implementations, and a seed must mean the same everywhere.
// It also carries the moment of a draw, as the time since the fault became active, for what is
// drawn by time.
class Rng {
 public:
  explicit constexpr Rng(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  // An independent generator for the sub-stream `id`; drawing from one never shifts another.
  constexpr Rng split(std::uint64_t id) const {
    Rng mix(state_ ^ (id * 0xd1342543de82ef95u));
    return Rng(mix.next()).at(elapsed_);
  }

  // The same generator at another moment.
  constexpr Rng at(Duration elapsed) const {
    Rng moved(*this);
    moved.elapsed_ = elapsed;
    return moved;
  }
  constexpr Duration elapsed() const { return elapsed_; }

  // Uniform in [0, 1).
  constexpr double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  // Uniform in [low, high].
  constexpr std::int64_t between(std::int64_t low, std::int64_t high) {
    const auto span = static_cast<std::uint64_t>(high - low) + 1;
    return low + static_cast<std::int64_t>(span == 0 ? next() : next() % span);
  }
  constexpr Duration between(Duration low, Duration high) {
    return Duration(between(low.count(), high.count()));
  }

 private:
  std::uint64_t state_;
  Duration elapsed_{};
};

}  // namespace firedrill
