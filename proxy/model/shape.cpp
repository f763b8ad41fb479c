#include "proxy/model/shape.h"

#include "proxy/core/params.h"
#include "proxy/core/rng.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace firedrill {

template <>
struct Names<Flap::Align> {
  static constexpr std::pair<std::string_view, Flap::Align> kAll[] = {{"start", Flap::Align::start},
                                                                      {"wall", Flap::Align::wall}};
};
template <>
struct Kind<Flap::Align> : EnumKind<Flap::Align> {};

// What a ramp goes from and to is read by whoever knows the field.
template <>
struct Kind<Value> {
  static std::optional<Value> read(const Value& value, const std::string&, Problems&) {
    return value;
  }
  static boost::json::object schema() { return {}; }
  static boost::json::value write(const Value&) { return nullptr; }
};

namespace {

constexpr Duration kHour = std::chrono::hours(1);
constexpr Duration kShortestRamp = std::chrono::milliseconds(1);
// At each edge everything that is open is looked at.
constexpr Duration kShortestPhase = std::chrono::milliseconds(10);
constexpr Duration kLongestPhase = std::chrono::hours(24);

const Params<Ramp>& ramp_params() {
  static const auto params =
      Params<Ramp>()
          .required("field", &Ramp::field,
                    "What moves: share, or with. and a parameter that the type lets ramp.")
          .required("from", &Ramp::from, "Its value at the activation.")
          .required("to", &Ramp::to, "Its value in the end.")
          .required("over", &Ramp::over, "How long that takes, evenly.",
                    between(kShortestRamp, kLongestPhase));
  return params;
}

const Params<Flap>& flap_params() {
  static const auto params =
      Params<Flap>()
          .required("active", &Flap::active, "How long it acts in each cycle.",
                    between(kShortestPhase, kLongestPhase))
          .required("idle", &Flap::idle, "How long it then does not.",
                    between(kShortestPhase, kLongestPhase))
          .optional("jitter", &Flap::jitter,
                    "How much the phases differ, as a part of the shorter one; by the seed.")
          .optional("align", &Flap::align,
                    "start counts cycles from the activation, wall from each full hour of the "
                    "wall clock.")
          .check("align", [](const Flap& flap) {
            const bool fits = flap.align == Flap::Align::start || flap.active + flap.idle <= kHour;
            return fits ? "" : "can't be wall with a cycle longer than an hour";
          });
  return params;
}

template <class Part>
std::optional<Part> read_part(Fields& fields, std::string_view key, const Params<Part>& params) {
  const Value* value = fields.optional(key);
  if (value == nullptr) return std::nullopt;
  Fields part(*value, fields.path_of(key), fields.problems());
  Part read = params.read(part);
  part.finish();
  return read;
}

// A place in one run of cycles, which begins at the activation or at a full hour.
struct Place {
  Duration at{};
  std::uint64_t run = 0;           // tells the runs apart for the jitter
  Duration end = Duration::max();  // of the run
};

Place place_in(const Flap& flap, const Phase& phase) {
  if (flap.align == Flap::Align::start) return {.at = phase.elapsed};
  return {.at = phase.wall % kHour,
          .run = static_cast<std::uint64_t>(phase.wall / kHour),
          .end = kHour};
}

// The edges around a place: where its cycle begins to act and ceases to, and the same of the next.
std::array<Duration, 4> edges(const Flap& flap, const Place& place, std::uint64_t seed) {
  const Duration cycle = flap.active + flap.idle;
  const auto number = static_cast<std::uint64_t>(place.at / cycle);
  const double most =
      flap.jitter.value * static_cast<double>(std::min(flap.active, flap.idle).count());
  const Rng run = Rng(seed).split(place.run);
  const auto shifted = [&](Duration edge, std::uint64_t index) {
    if (index == 0 || most == 0) return edge;
    Rng rng = run.split(index);
    return edge + Duration(std::llround((rng.unit() - 0.5) * most));
  };
  const Duration begin = cycle * static_cast<Duration::rep>(number);
  return {shifted(begin, 2 * number), shifted(begin + flap.active, 2 * number + 1),
          shifted(begin + cycle, 2 * number + 2),
          shifted(begin + cycle + flap.active, 2 * number + 3)};
}

}  // namespace

double Ramp::progress(Duration elapsed) const {
  return std::clamp(static_cast<double>(elapsed.count()) / static_cast<double>(over.count()), 0.0,
                    1.0);
}

std::size_t Ramp::step(Duration elapsed) const {
  const Duration within = std::clamp(elapsed, Duration::zero(), over);
  return static_cast<std::size_t>(within.count()) * kSteps / static_cast<std::size_t>(over.count());
}

std::optional<Duration> Ramp::next_step(Duration elapsed) const {
  const auto next = static_cast<Duration::rep>(step(elapsed)) + 1;
  constexpr auto kLast = static_cast<Duration::rep>(kSteps);
  if (next > kLast) return std::nullopt;
  // Never too early: the step must have been taken by then.
  return Duration((over.count() * next + kLast - 1) / kLast);
}

bool Flap::is_active(const Phase& phase, std::uint64_t seed) const {
  const Place place = place_in(*this, phase);
  const auto [on, off, next_on, next_off] = edges(*this, place, seed);
  return (place.at >= on && place.at < off) || place.at >= next_on;
}

Duration Flap::until_edge(const Phase& phase, std::uint64_t seed) const {
  const Place place = place_in(*this, phase);
  Duration next = place.end;
  for (const Duration edge : edges(*this, place, seed)) {
    if (edge > place.at) next = std::min(next, edge);
  }
  return next - place.at;
}

std::optional<Shape> Kind<Shape>::read(const Value& value, const std::string& path,
                                       Problems& problems) {
  if (value.map() == nullptr) return kind::refuse(value, path, expected(), problems);
  const std::size_t before = problems.size();
  Fields fields(value, path, problems);
  Shape shape{.ramp = read_part(fields, "ramp", ramp_params()),
              .flap = read_part(fields, "flap", flap_params())};
  fields.finish();
  if (problems.size() != before) return std::nullopt;
  return shape;
}

boost::json::object Kind<Shape>::schema() {
  return {{"type", "object"},
          {"properties", {{"ramp", ramp_params().schema()}, {"flap", flap_params().schema()}}},
          {"additionalProperties", false}};
}

}  // namespace firedrill
