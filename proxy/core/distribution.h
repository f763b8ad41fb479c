#pragma once

#include "proxy/core/kind.h"
#include "proxy/core/rng.h"

#include <variant>
#include <vector>

namespace firedrill {

// A random delay. Written as one duration, or as a map with one shape and optional bounds:
//   {uniform: [50ms, 150ms]}, {normal: {mean: 100ms, sd: 20ms}}, {lognormal: {median: 40ms, p99:
//   400ms}}, {pareto: {scale: 10ms, shape: 1.5}}, {exponential: {mean: 50ms}}, {percentiles: {p50:
//   20ms, p99: 800ms, p100: 2s}}, each with `min` and `max`.
// A draw outside [min, max] is drawn again, not clipped, so that the bounds do not gather a heap.
class Distribution {
 public:
  struct Fixed {
    Duration value{};
  };
  struct Uniform {
    Duration low, high;
  };
  struct Normal {
    Duration mean, sd;
  };
  struct Lognormal {
    Duration median, p99;
  };
  struct Pareto {
    Duration scale;
    double shape;
  };
  struct Exponential {
    Duration mean;
  };
  // Points of the cumulative distribution, linear between them; p0 is zero unless it is given.
  struct Percentiles {
    struct Point {
      double part;  // in [0, 1]
      Duration value;
    };
    std::vector<Point> points;
  };
  using Shape = std::variant<Fixed, Uniform, Normal, Lognormal, Pareto, Exponential, Percentiles>;

  Distribution() = default;
  // Requires low <= high.
  explicit Distribution(Shape shape, Duration low = Duration::zero(),
                        Duration high = Duration::max())
      : shape_(std::move(shape)), low_(low), high_(high) {}
  static Distribution fixed(Duration value) { return Distribution(Fixed{value}); }

  // Never negative. Draws from `rng` only when the value is not fixed.
  Duration sample(Rng& rng) const;

  const Shape& shape() const { return shape_; }
  Duration low() const { return low_; }
  Duration high() const { return high_; }

 private:
  Duration draw(Rng& rng) const;

  Shape shape_ = Fixed{};
  Duration low_ = Duration::zero();
  Duration high_ = Duration::max();
};

template <>
struct Kind<Distribution> {
  static std::optional<Distribution> read(const Value& value, const std::string& path,
                                          Problems& problems);
  static std::string expected() {
    return "a duration such as 10ms, or a distribution such as {uniform: [5ms, 20ms]}";
  }
  static boost::json::object schema();
  static boost::json::value write(const Distribution& distribution);
};

}  // namespace firedrill
