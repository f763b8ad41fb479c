#include "proxy/core/distribution.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace firedrill {
namespace {

constexpr double kZ99 = 2.3263478740408408;  // the standard normal's 99th percentile
constexpr int kAttempts = 100;               // draws before a bound is taken instead

double count(Duration duration) {
  return static_cast<double>(duration.count());
}

Duration rounded(double nanoseconds) {
  constexpr double kGreatest = 9e18;
  return Duration(std::llround(std::clamp(nanoseconds, -kGreatest, kGreatest)));
}

// Box and Muller's; one of the pair is thrown away, so that a draw has no memory.
double standard_normal(Rng& rng) {
  const double radius = std::sqrt(-2 * std::log(1 - rng.unit()));
  return radius * std::cos(2 * std::numbers::pi * rng.unit());
}

// From -1 to 1, at `phase` of a period.
double swing(Distribution::Wave::Form form, double phase) {
  using enum Distribution::Wave::Form;
  switch (form) {
    case sine:
      return std::sin(2 * std::numbers::pi * phase);
    case square:
      return phase < 0.5 ? 1 : -1;
    case saw:
      return 2 * phase - 1;
    case triangle:
      return phase < 0.25 ? 4 * phase : phase < 0.75 ? 2 - 4 * phase : 4 * phase - 4;
  }
  return 0;
}

struct Sampler {
  Rng& rng;

  Duration operator()(const Distribution::Fixed& fixed) const { return fixed.value; }
  Duration operator()(const Distribution::Uniform& uniform) const {
    return rng.between(uniform.low, uniform.high);
  }
  Duration operator()(const Distribution::Normal& normal) const {
    return rounded(count(normal.mean) + count(normal.sd) * standard_normal(rng));
  }
  Duration operator()(const Distribution::Lognormal& lognormal) const {
    const double sigma = std::log(count(lognormal.p99) / count(lognormal.median)) / kZ99;
    return rounded(count(lognormal.median) * std::exp(sigma * standard_normal(rng)));
  }
  Duration operator()(const Distribution::Pareto& pareto) const {
    return rounded(count(pareto.scale) / std::pow(1 - rng.unit(), 1 / pareto.shape));
  }
  Duration operator()(const Distribution::Exponential& exponential) const {
    return rounded(-count(exponential.mean) * std::log(1 - rng.unit()));
  }
  Duration operator()(const Distribution::Percentiles& percentiles) const {
    const double part = rng.unit();
    Distribution::Percentiles::Point below{0, Duration::zero()};
    for (const auto& point : percentiles.points) {
      if (part < point.part) {
        const double along = (part - below.part) / (point.part - below.part);
        return rounded(std::lerp(count(below.value), count(point.value), along));
      }
      below = point;
    }
    return below.value;
  }
  Duration operator()(const Distribution::Wave& wave) const {
    const double phase = static_cast<double>((rng.elapsed() % wave.period).count()) /
                         static_cast<double>(wave.period.count());
    return rounded(count(wave.mean) + count(wave.amplitude) * swing(wave.form, phase));
  }
  Duration operator()(const Distribution::Trace& trace) const {
    return trace.values[rng.next() % trace.values.size()];
  }
};

}  // namespace

Duration Distribution::draw(Rng& rng) const {
  return std::visit(Sampler{rng}, shape_);
}

Duration Distribution::sample(Rng& rng) const {
  Duration value = draw(rng);
  if (std::holds_alternative<Wave>(shape_)) return std::clamp(value, low_, high_);
  for (int i = 1; (value < low_ || value > high_) && i < kAttempts; ++i) value = draw(rng);
  return std::clamp(value, low_, high_);
}

}  // namespace firedrill
