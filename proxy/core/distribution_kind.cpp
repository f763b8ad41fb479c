// How a distribution is written.

#include "proxy/core/distribution.h"
#include "proxy/core/fields.h"
#include "proxy/core/params.h"

#include <algorithm>

namespace firedrill {

template <>
struct Names<Distribution::Wave::Form> {
  using enum Distribution::Wave::Form;
  static constexpr std::pair<std::string_view, Distribution::Wave::Form> kAll[] = {
      {"sine", sine}, {"square", square}, {"saw", saw}, {"triangle", triangle}};
};
template <>
struct Kind<Distribution::Wave::Form> : EnumKind<Distribution::Wave::Form> {};

namespace {

constexpr Duration kLeast{1};

using Shape = Distribution::Shape;

// Readers of the forms. Each gives nothing after adding its problem.

std::optional<Shape> read_uniform(const Value& value, const std::string& path, Problems& problems) {
  const auto ends = Kind<std::vector<Duration>>::read(value, path, problems);
  if (!ends) return std::nullopt;
  if (ends->size() != 2 || (*ends)[0] > (*ends)[1]) {
    return kind::refuse(value, path, "two durations, the lesser first", problems);
  }
  return Distribution::Uniform{(*ends)[0], (*ends)[1]};
}

template <class Form>
std::optional<Shape> read_form(const Params<Form>& params, const Value& value,
                               const std::string& path, Problems& problems) {
  const std::size_t before = problems.size();
  Fields fields(value, path, problems);
  const Form form = params.read(fields);
  fields.finish();
  if (problems.size() != before) return std::nullopt;
  return form;
}

const auto& normal_params() {
  using Normal = Distribution::Normal;
  static const auto params = Params<Normal>()
                                 .required("mean", &Normal::mean, "The mean.")
                                 .required("sd", &Normal::sd, "The standard deviation.");
  return params;
}
const auto& lognormal_params() {
  using Lognormal = Distribution::Lognormal;
  static const auto params =
      Params<Lognormal>()
          .required("median", &Lognormal::median, "The median.", at_least(kLeast))
          .required("p99", &Lognormal::p99, "The 99th percentile.", at_least(kLeast))
          .check("p99", [](const Lognormal& l) {
            return l.p99 >= l.median ? "" : "must not be below the median";
          });
  return params;
}
const auto& pareto_params() {
  using Pareto = Distribution::Pareto;
  static const auto params =
      Params<Pareto>()
          .required("scale", &Pareto::scale, "The least value.", at_least(kLeast))
          .required("shape", &Pareto::shape, "The tail index; smaller is heavier.", at_least(0.01));
  return params;
}
const auto& exponential_params() {
  using Exponential = Distribution::Exponential;
  static const auto params =
      Params<Exponential>().required("mean", &Exponential::mean, "The mean.");
  return params;
}

const auto& wave_params() {
  using Wave = Distribution::Wave;
  static const auto params =
      Params<Wave>()
          .required("shape", &Wave::form, "Its form.")
          .required("mean", &Wave::mean, "What it swings about.")
          .required("amplitude", &Wave::amplitude, "How far it swings to either side.")
          .required("period", &Wave::period, "How long one swing takes.", at_least(kLeast))
          .check("amplitude", [](const Wave& wave) {
            return wave.amplitude <= wave.mean ? "" : "must not be more than the mean";
          });
  return params;
}

std::optional<Shape> read_trace(const Value& value, const std::string& path, Problems& problems) {
  auto values = Kind<std::vector<Duration>>::read(value, path, problems);
  if (!values) return std::nullopt;
  if (values->empty()) return kind::refuse(value, path, "one duration or more", problems);
  return Distribution::Trace{std::move(*values)};
}

std::optional<Shape> read_percentiles(const Value& value, const std::string& path,
                                      Problems& problems) {
  constexpr std::string_view kExpected = "a map such as {p50: 20ms, p99: 800ms, p100: 2s}";
  const auto* map = value.map();
  if (map == nullptr || map->empty()) return kind::refuse(value, path, kExpected, problems);
  Distribution::Percentiles percentiles;
  for (const auto& [key, item, at] : *map) {
    double percent = -1;
    const char* end = key.data() + key.size();
    if (key.starts_with('p')) {
      const auto [stop, ec] = std::from_chars(key.data() + 1, end, percent);
      if (ec != std::errc{} || stop != end) percent = -1;
    }
    if (!(percent >= 0 && percent <= 100)) {
      problems.push_back(
          {path + "." + key, "is no percentile; write p0 to p100, such as p99.9", at});
      return std::nullopt;
    }
    const auto delay = Kind<Duration>::read(item, path + "." + key, problems);
    if (!delay) return std::nullopt;
    percentiles.points.push_back({percent / 100, *delay});
  }
  std::ranges::sort(percentiles.points, {}, &Distribution::Percentiles::Point::part);
  if (percentiles.points.back().part != 1) {
    return kind::refuse(value, path, "a map that ends with p100", problems);
  }
  if (!std::ranges::is_sorted(percentiles.points, {}, &Distribution::Percentiles::Point::value)) {
    return kind::refuse(value, path, "a map whose values do not fall", problems);
  }
  return percentiles;
}

std::optional<Shape> read_shape(std::string_view name, const Value& value, const std::string& path,
                                Problems& problems) {
  if (name == "fixed") {
    const auto delay = Kind<Duration>::read(value, path, problems);
    return delay ? std::optional<Shape>(Distribution::Fixed{*delay}) : std::nullopt;
  }
  if (name == "uniform") return read_uniform(value, path, problems);
  if (name == "normal") return read_form(normal_params(), value, path, problems);
  if (name == "lognormal") return read_form(lognormal_params(), value, path, problems);
  if (name == "pareto") return read_form(pareto_params(), value, path, problems);
  if (name == "exponential") return read_form(exponential_params(), value, path, problems);
  if (name == "wave") return read_form(wave_params(), value, path, problems);
  if (name == "trace") return read_trace(value, path, problems);
  return read_percentiles(value, path, problems);
}

const std::vector<std::string>& shape_names() {
  static const std::vector<std::string> names{"fixed",       "uniform", "normal",
                                              "lognormal",   "pareto",  "exponential",
                                              "percentiles", "wave",    "trace"};
  return names;
}

}  // namespace

std::optional<Distribution> Kind<Distribution>::read(const Value& value, const std::string& path,
                                                     Problems& problems) {
  if (value.map() == nullptr) {
    const std::string* text = kind::notation(value);
    const auto delay = text != nullptr ? parse_duration(*text) : std::nullopt;
    if (!delay) return kind::refuse(value, path, expected(), problems);
    return Distribution::fixed(*delay);
  }
  const std::size_t before = problems.size();
  Fields fields(value, path, problems);
  std::optional<Shape> shape;
  int shapes = 0;
  for (const std::string& name : shape_names()) {
    const Value* form = fields.optional(name);
    if (form == nullptr) continue;
    ++shapes;
    shape = read_shape(name, *form, fields.path_of(name), problems);
  }
  Duration low = Duration::zero();
  Duration high = Duration::max();
  if (const Value* bound = fields.optional("min")) {
    low = Kind<Duration>::read(*bound, fields.path_of("min"), problems).value_or(low);
  }
  if (const Value* bound = fields.optional("max")) {
    high = Kind<Duration>::read(*bound, fields.path_of("max"), problems).value_or(high);
  }
  fields.finish();
  if (problems.size() != before) return std::nullopt;
  if (shapes != 1)
    return kind::refuse(
        value, path,
        "exactly one shape (" + shape_names()[0] +
            ", uniform, normal, lognormal, pareto, exponential, percentiles, wave or trace)",
        problems);
  if (low > high) return kind::refuse(value, path, "bounds with min at most max", problems);
  return Distribution(std::move(*shape), low, high);
}

boost::json::object Kind<Distribution>::schema() {
  boost::json::object shapes;
  shapes["fixed"] = Kind<Duration>::schema();
  shapes["uniform"] = boost::json::object{
      {"type", "array"}, {"items", Kind<Duration>::schema()}, {"minItems", 2}, {"maxItems", 2}};
  shapes["normal"] = normal_params().schema();
  shapes["lognormal"] = lognormal_params().schema();
  shapes["pareto"] = pareto_params().schema();
  shapes["exponential"] = exponential_params().schema();
  shapes["percentiles"] =
      boost::json::object{{"type", "object"}, {"additionalProperties", Kind<Duration>::schema()}};
  shapes["wave"] = wave_params().schema();
  shapes["trace"] = Kind<std::vector<Duration>>::schema();
  shapes["min"] = Kind<Duration>::schema();
  shapes["max"] = Kind<Duration>::schema();
  boost::json::object map{{"type", "object"}, {"additionalProperties", false}};
  map["properties"] = std::move(shapes);
  return {{"oneOf", boost::json::array{Kind<Duration>::schema(), std::move(map)}}};
}

boost::json::value Kind<Distribution>::write(const Distribution& distribution) {
  const auto* fixed = std::get_if<Distribution::Fixed>(&distribution.shape());
  // Only fixed values serve as defaults, which is all that is ever written back.
  return fixed != nullptr ? Kind<Duration>::write(fixed->value) : boost::json::value(nullptr);
}

}  // namespace firedrill
