#include "control/config/fault_config.h"

#include "control/config/search_list.h"
#include "proxy/core/interpolate.h"
#include "proxy/fault/registry.h"

#include <algorithm>

namespace firedrill {
namespace {

// What a fault's map says besides its type, `with` and `match`.
struct FaultSettings {
  std::string name;
  std::vector<std::string> proxy;
  std::string type;
  Share share;
  Trigger trigger;
  Shape shape;
  Budget budget;
  bool dry_run = false;
  std::optional<Direction> direction;
  int priority = 0;
  bool enabled = false;
  std::optional<Duration> lifetime;
};

std::string wrong_fault_name(const FaultSettings& settings) {
  constexpr std::size_t kLongest = 100;
  const bool good = !settings.name.empty() && settings.name.size() <= kLongest &&
                    settings.name.find_first_not_of(
                        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789._:-") == std::string::npos;
  return good ? "" : "must be 1 to 100 of the characters a-z A-Z 0-9 . _ : -";
}

std::string wrong_proxies(const FaultSettings& settings) {
  if (settings.proxy.empty()) return "must name a proxy, or be \"*\" for all that the type fits";
  const bool all = std::ranges::find(settings.proxy, "*") != settings.proxy.end();
  return all && settings.proxy.size() > 1 ? "\"*\" stands alone" : "";
}

std::string wrong_lifetime(const FaultSettings& settings) {
  if (!settings.lifetime) return "";
  const bool good =
      *settings.lifetime >= kShortestLifetime && *settings.lifetime <= kLongestLifetime;
  return good ? "" : "must be from 1ms to 24h";
}

const Params<FaultSettings>& fault_params() {
  static const auto params =
      Params<FaultSettings>()
          .required("name", &FaultSettings::name, "The fault's name, unique among faults.")
          .required("proxy", &FaultSettings::proxy,
                    "The proxy it acts on, a list of them, or \"*\".")
          .required("type", &FaultSettings::type, "What it does: one of the fault types.")
          .optional("share", &FaultSettings::share, "Which part of what matches is hit.")
          .optional("trigger", &FaultSettings::trigger, "Which ordinals of what matches are hit.")
          .optional("shape", &FaultSettings::shape,
                    "How the intensity moves in time: a ramp, a flap or both.")
          .optional("budget", &FaultSettings::budget,
                    "How much it does at most; what that stops counts as overflow.")
          .optional("dry_run", &FaultSettings::dry_run,
                    "Count what would be hit, and change nothing.")
          .optional("direction", &FaultSettings::direction, "request, response or both.")
          .optional("priority", &FaultSettings::priority, "The greatest is asked first.",
                    between(-1000, 1000))
          .optional("enabled", &FaultSettings::enabled, "Active from the start.")
          .optional("for", &FaultSettings::lifetime, "How long it stays active.")
          .check("name", wrong_fault_name)
          .check("proxy", wrong_proxies)
          .check("for", wrong_lifetime);
  return params;
}

void read_labels(Fields& fields, FaultConfig& fault) {
  const Value* labels = fields.optional("labels");
  if (labels == nullptr) return;
  if (labels->map() == nullptr)
    return fields.complain("labels", "must be a map, not " + labels->describe());
  for (const auto& entry : *labels->map()) {
    const std::string path = fields.path_of("labels") + "." + entry.key;
    if (auto text = Kind<std::string>::read(entry.value, path, fields.problems())) {
      fault.labels.emplace(entry.key, *text);
    }
  }
}

// What a fault does, read from `with` and what varies it. Each reader adds its problems.
class Compiler {
 public:
  Compiler(Fields& fields, FaultConfig& fault) : fields_(fields), fault_(fault) {
    if (const Value* with = fields.optional("with")) with_ = *with;
    variants_ = fields.optional("variants");
  }

  void compile() {
    const bool ramped = fault_.shape.ramp && fault_.shape.ramp->field.starts_with(kWith);
    if (ramped && variants_ != nullptr) {
      return fields_.complain("variants", "can't stand beside a ramp of a parameter");
    }
    if (fault_.shape.ramp && !ramped) read_share_ramp();
    if (ramped) return compile_steps();
    if (variants_ != nullptr) return compile_variants();
    fault_.spec = spec_of(with_, fields_.path_of("with"), problems());
  }

 private:
  static constexpr std::string_view kWith = "with.";

  Problems& problems() { return fields_.problems(); }
  std::string path_of_ramp(std::string_view key) const {
    return fields_.path_of("shape") + ".ramp." + std::string(key);
  }

  FaultSpecPtr spec_of(const Value& with, const std::string& path, Problems& problems) const {
    Fields parameters(with, path, problems);
    FaultSpecPtr spec = fault_.type->compile(parameters);
    parameters.finish();
    return spec;
  }

  void read_share_ramp() {
    const Ramp& ramp = *fault_.shape.ramp;
    if (ramp.field != "share") return refuse_field();
    const auto read = [&](const Value& value, std::string_view key) {
      return Kind<Fraction>::read(value, path_of_ramp(key), problems()).value_or(Fraction{});
    };
    fault_.share_from = read(ramp.from, "from");
    fault_.share_to = read(ramp.to, "to");
  }

  void refuse_field() {
    std::string allowed = "share";
    for (const std::string_view name : fault_.type->ramps) {
      if (!name.empty()) allowed += " or with." + std::string(name);
    }
    const Value* at = fields_.optional("shape")->find("ramp")->find("field");
    problems().push_back({path_of_ramp("field"),
                          "must be " + allowed + " for " + std::string(fault_.type->name) +
                              ", not \"" + fault_.shape.ramp->field + "\"",
                          at->at()});
  }

  // One fault for each step of the ramp: each is checked as if it stood in the configuration.
  void compile_steps() {
    const Ramp& ramp = *fault_.shape.ramp;
    const std::string parameter = ramp.field.substr(kWith.size());
    if (std::ranges::find(fault_.type->ramps, parameter) == fault_.type->ramps.end()) {
      return refuse_field();
    }
    if (!compile_end(parameter, ramp.from, "from") || !compile_end(parameter, ramp.to, "to"))
      return;
    for (std::size_t step = 0; step <= Ramp::kSteps; ++step) {
      const double part = static_cast<double>(step) / Ramp::kSteps;
      const auto value = interpolate(ramp.from, ramp.to, part);
      if (!value) {
        problems().push_back({path_of_ramp("to"),
                              "must be written in the same notation as `from`, as a number or with "
                              "a unit, not " +
                                  ramp.to.describe(),
                              ramp.to.at()});
        return;
      }
      fault_.steps.push_back(
          spec_of(changed(parameter, *value), fields_.path_of("with"), problems()));
    }
    fault_.spec = fault_.steps.front();
  }

  // Whether one end of the ramp is right; what is wrong with it is reported where it stands.
  bool compile_end(const std::string& parameter, const Value& end, std::string_view key) {
    const std::string with = fields_.path_of("with");
    Problems found;
    spec_of(changed(parameter, end), with, found);
    for (Problem& problem : found) {
      if (problem.path == with + "." + parameter) problem.path = path_of_ramp(key);
      problems().push_back(std::move(problem));
    }
    return found.empty();
  }

  Value changed(const std::string& parameter, const Value& value) const {
    return merge_patch(with_, Value(Value::Map{{parameter, value, value.at()}}, with_.at()));
  }

  // Each variant's own parameters stand over those that are common to all.
  void compile_variants() {
    constexpr std::string_view kExpected = "a list of maps with `weight` and `with`";
    const std::string path = fields_.path_of("variants");
    const auto* list = variants_->list();
    if (list == nullptr || list->empty()) {
      kind::refuse(*variants_, path, kExpected, problems());
      return;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
      fault_.variants.push_back(variant_of((*list)[i], path + "[" + std::to_string(i) + "]"));
    }
    fault_.spec = fault_.variants.front().spec;
  }

  Variant variant_of(const Value& value, const std::string& path) {
    static const auto params = Params<Variant>().optional(
        "weight", &Variant::weight, "How often it is drawn, relative to the others.",
        between(std::uint64_t{1}, std::uint64_t{1'000'000}));
    Fields fields(value, path, problems());
    Variant variant = params.read(fields);
    const Value* own = fields.optional("with");
    fields.finish();
    const Value with = own == nullptr ? with_ : merge_patch(with_, *own);
    variant.spec = spec_of(with, path + ".with", problems());
    return variant;
  }

  Fields& fields_;
  FaultConfig& fault_;
  Value with_;
  const Value* variants_ = nullptr;
};

void check_trigger(Fields& fields, const FaultConfig& fault) {
  if (fault.type->family == Family::tcp && fault.trigger.scope == Trigger::Scope::connection) {
    fields.complain("trigger", "can't have the scope connection for " +
                                   std::string(fault.type->name) +
                                   ", which is asked about each connection once");
  }
  if (fault.type->family != Family::dns && fault.trigger.counts_names()) {
    fields.complain(
        "trigger",
        "can't have the scope " +
            std::string(fault.trigger.scope == Trigger::Scope::name ? "name" : "client+name+type") +
            " for " + std::string(fault.type->name) + ", which knows no names");
  }
}

// Everything that the fault may do must wait for the response when its match does.
void check_response_match(Fields& fields, const FaultConfig& fault) {
  if (!fault.match.asks_for_response()) return;
  const auto waits = [&](const FaultSpecPtr& spec) {
    return spec == nullptr || spec->waits_for_response(fault.direction);
  };
  const auto variant_waits = [&](const Variant& variant) { return waits(variant.spec); };
  if (waits(fault.spec) && std::ranges::all_of(fault.variants, variant_waits) &&
      std::ranges::all_of(fault.steps, waits)) {
    return;
  }
  fields.complain("match", "can't ask for the response: as configured, " +
                               std::string(fault.type->name) + " acts before there is one");
}

void compile_type(Fields& fields, const FaultSettings& settings, FaultConfig& fault) {
  fault.type = find_fault_type(settings.type);
  const Value* match = fields.optional("match");
  Compiler compiler(fields, fault);
  if (fault.type == nullptr) {
    if (settings.type.empty()) return;
    const std::string near = suggestion(settings.type, fault_type_names());
    return fields.complain("type",
                           "\"" + settings.type + "\" is not a known fault type" +
                               (near.empty() ? "; `firedrill fault types` lists them" : near));
  }
  compiler.compile();
  if (match != nullptr) {
    const Family family = fault.type->family;
    const Value& whole = family == Family::dns ? with_search_list(*match) : *match;
    if (auto read = Match::read(whole, fields.path_of("match"), family, fields.problems())) {
      fault.match = std::move(*read);
    }
  }
  fault.direction = settings.direction.value_or(fault.type->direction);
  if (settings.direction && !fault.type->directed) {
    fields.complain("direction",
                    "means nothing for " + std::string(fault.type->name) + "; leave it out");
  }
  check_trigger(fields, fault);
  check_response_match(fields, fault);
}

// The parameters of a fault, with that of the alias unless it is there.
void add_parameter(Value::Map& fault, const FaultAlias& alias, Position at) {
  auto with = std::ranges::find(fault, "with", &Value::Entry::key);
  if (with == fault.end()) with = fault.insert(with, {"with", Value::null(at), at});
  if (with->value.is_null()) with->value = Value(Value::Map{}, with->at);
  if (with->value.map() == nullptr || with->value.find(alias.parameter) != nullptr) return;
  Value::Map& parameters = *with->value.map();
  parameters.push_back({std::string(alias.parameter), Value::string(std::string(alias.value)), at});
}

// The same fault under the real name of its type.
Value without_alias(Value fault) {
  const Value* type = fault.find("type");
  if (type == nullptr || type->text() == nullptr) return fault;
  const FaultAlias* alias = find_fault_alias(type->text()->text);
  if (alias == nullptr) return fault;
  const Position at = type->at();
  Value::Map& entries = *fault.map();
  std::ranges::find(entries, "type", &Value::Entry::key)->value =
      Value({Value::Scalar::string, std::string(alias->type)}, at);
  if (!alias->parameter.empty()) add_parameter(entries, *alias, at);
  return fault;
}

}  // namespace

FaultConfig read_fault_config(const Value& given, const std::string& path, Problems& problems) {
  FaultConfig fault;
  const Value value = without_alias(given);
  Fields fields(value, path, problems);
  FaultSettings settings = fault_params().read(fields);
  fault.share = std::move(settings.share);
  fault.trigger = std::move(settings.trigger);
  fault.shape = std::move(settings.shape);
  fault.budget = settings.budget;
  fault.run = settings.dry_run ? Rule::Run::dry : Rule::Run::live;
  read_labels(fields, fault);
  compile_type(fields, settings, fault);
  fields.finish();
  fault.name = std::move(settings.name);
  fault.proxies = std::move(settings.proxy);
  fault.priority = settings.priority;
  fault.enabled = settings.enabled;
  fault.lifetime = settings.lifetime;
  fault.definition = value;
  return fault;
}

// The name in the body, if there is one, must be that of the URL; if there is none it is put in.
Value with_name(const Value& value, const std::string& name, Problems& problems) {
  if (value.map() == nullptr) return value;
  const Value* given = value.find("name");
  if (given == nullptr) {
    Value::Map map = *value.map();
    map.insert(map.begin(), {"name", Value::string(name)});
    return Value(std::move(map));
  }
  if (given->text() != nullptr && given->text()->text != name) {
    problems.push_back(
        {"name", "must be \"" + name + "\", as in the URL, or left out", given->at()});
  }
  return value;
}

boost::json::object fault_schema() {
  boost::json::object schema = fault_params().schema();
  boost::json::object& properties = schema["properties"].as_object();
  boost::json::array names;
  boost::json::array parameters;  // what `with` holds depends on the type
  for (const FaultType* type : fault_types()) {
    names.emplace_back(type->name);
    boost::json::object is{{"properties", {{"type", {{"const", type->name}}}}}};
    boost::json::object then{{"properties", {{"with", type->schema()}}}};
    parameters.push_back({{"if", std::move(is)}, {"then", std::move(then)}});
  }
  for (const FaultAlias& alias : fault_aliases()) names.emplace_back(alias.name);
  properties["type"].as_object()["enum"] = std::move(names);
  properties["with"] = {{"type", "object"}, {"description", "The type's own parameters."}};
  const boost::json::object variant{
      {"type", "object"},
      {"properties",
       {{"weight", {{"type", "integer"}, {"minimum", 1}, {"default", 1}}},
        {"with", {{"type", "object"}, {"description", "What differs from the fault's own."}}}}},
      {"additionalProperties", false}};
  properties["variants"] = {
      {"type", "array"},
      {"items", variant},
      {"description", "Exclusive outcomes, of which one is drawn for each hit, by weight."}};
  properties["match"] = {{"type", "object"}, {"description", "Which traffic it may touch."}};
  properties["labels"] = {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
  schema["allOf"] = std::move(parameters);
  return schema;
}

Result<FaultConfig> read_fault(const Value& value, const std::string& name) {
  Problems problems;
  FaultConfig fault = read_fault_config(with_name(value, name, problems), "", problems);
  if (!problems.empty()) return problems;
  return fault;
}

}  // namespace firedrill
