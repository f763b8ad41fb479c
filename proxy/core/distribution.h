#pragma once

#include "proxy/core/kind.h"
#include "proxy/core/rng.h"

#include <variant>
#include <vector>

namespace firedrill {

// A random delay. Written as one duration, or as a map with one shape and optional bounds:
//   {uniform: [50ms, 150ms]}, {normal: {mean: 100ms, sd: 20ms}}, {lognormal: {median: 40ms, p99:
//   400ms}}, {pareto: {scale: 10ms, shape: 1.5}}, {exponential: {mean: 50ms}}, {percentiles: {p50:
//   20ms, p99: 800ms, p100: 2s}}, {wave: {shape: sine, mean: 100ms, amplitude: 50ms, period: 1m}},
//   {trace: [12ms, 15ms, 900ms]}, each with `min` and `max`.
// A draw outside [min, max] is drawn again, not clipped, so that the bounds do not gather a heap. A
// wave is drawn by time alone, and is clipped.
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
  // Swings about the mean from the activation of the fault on: a sine and a triangle upwards first,
  // a saw from its least value; a square is high for the first half of each period.
  struct Wave {
    enum class Form : std::uint8_t { sine, square, saw, triangle };
    Form form = Form::sine;
    Duration mean{};
    Duration amplitude{};
    Duration period{};
  };
  // One of the values that were measured, each as likely as the others.
  struct Trace {
    std::vector<Duration> values;
  };
  using Shape = std::variant<Fixed, Uniform, Normal, Lognormal, Pareto, Exponential, Percentiles,
                             Wave, Trace>;

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
