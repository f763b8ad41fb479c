#include "control/toxiproxy/toxic_fault.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

namespace firedrill::toxiproxy {
namespace {

constexpr std::string_view kLabel = "toxic";

// What a definition may say for a toxic to be able to say it. The first few decide what it does.
constexpr std::array<std::string_view, 9> kKeys{"proxy",   "type", "with",   "share", "direction",
                                                "enabled", "for",  "labels", "name"};
constexpr std::size_t kDeciding = 5;

std::string_view direction_of(const Toxic& toxic) {
  return toxic.upstream() ? "request" : "response";
}

// The toxic that the fault was made as, whatever it has become.
std::optional<Toxic> toxic_of_label(const FaultConfig& fault) {
  const auto label = fault.labels.find(std::string(kLabel));
  if (label == fault.labels.end()) return std::nullopt;
  const auto json = parse_json(label->second);
  if (json.has_error()) return std::nullopt;
  auto toxic = read_toxic(*json);
  if (toxic.has_error()) return std::nullopt;
  return std::move(*toxic);
}

// Whether the fault does what it would if it had just been made as this toxic.
bool agrees(const FaultConfig& fault, const Toxic& toxic) {
  const Value made = definition_of(toxic, fault.proxies.front());
  return std::ranges::all_of(std::span(kKeys).first(kDeciding), [&](std::string_view key) {
    const Value* now = fault.definition.find(key);
    const Value* then = made.find(key);
    return now == nullptr || then == nullptr ? now == then : *now == *then;
  });
}

// The toxic that says what the fault does, as nearly as one can.
std::optional<Toxic> toxic_nearest(const FaultConfig& fault, const std::string& name) {
  static const Value kNothing{Value::Map{}};
  const ToxicType* type = find_toxic_type_of_fault(fault.type->name);
  const bool plain = fault.match.everything() && fault.trigger.always() && fault.priority == 0 &&
                     std::ranges::all_of(*fault.definition.map(), [](const auto& entry) {
                       return std::ranges::find(kKeys, entry.key) != kKeys.end();
                     });
  if (type == nullptr || !plain || fault.direction == Direction::both) return std::nullopt;
  const Value* with = fault.definition.find("with");
  auto attributes = type->attributes_of(with != nullptr ? *with : kNothing);
  if (!attributes) return std::nullopt;
  return Toxic{.name = name,
               .type = type,
               .stream = fault.direction == Direction::request ? "upstream" : "downstream",
               .toxicity = static_cast<float>(fault.share.of.value),
               .attributes = std::move(*attributes)};
}

bool is_made_as_toxic(const FaultConfig& fault) {
  return fault.labels.contains(std::string(kLabel));
}

bool usable(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == ':' || c == '-';
}

}  // namespace

Value definition_of(const Toxic& toxic, const std::string& proxy) {
  Value::Map map;
  const auto add = [&](std::string_view key, Value value) {
    map.push_back({std::string(key), std::move(value)});
  };
  add("proxy", Value(Value::List{Value::string(proxy)}));
  add("type", Value::string(std::string(toxic.type->fault)));
  add("with", toxic.type->with(toxic.attributes));
  add("direction", Value::string(std::string(direction_of(toxic))));
  if (!(toxic.toxicity >= 1)) {
    const double of = std::max(0.0, static_cast<double>(toxic.toxicity));
    Value::Map share;
    share.push_back({"of", Value::string(format(Fraction{of}))});
    share.push_back({"by", Value::string("connection")});
    add("share", Value(std::move(share)));
  }
  Value::Map labels;
  labels.push_back({std::string(kLabel), Value::string(json_of(toxic))});
  add("labels", Value(std::move(labels)));
  return Value(std::move(map));
}

std::vector<ActiveToxic> toxics_of(const Store& store, const std::string& proxy) {
  std::vector<ActiveToxic> toxics;
  const TimePoint now = Clock::now();
  for (const Fault& fault : store.faults()) {
    const FaultConfig& config = *fault.config;
    if (!fault.deadline || *fault.deadline <= now) continue;
    if (config.proxies.size() != 1 || config.proxies.front() != proxy) continue;
    auto toxic = toxic_of_label(config);
    if (!toxic || !agrees(config, *toxic)) {
      toxic = toxic_nearest(config, toxic ? toxic->name : config.name);
    }
    if (!toxic) continue;
    toxics.push_back({.toxic = std::move(*toxic), .fault = &fault});
  }
  std::stable_partition(toxics.begin(), toxics.end(),
                        [](const ActiveToxic& active) { return active.toxic.upstream(); });
  return toxics;
}

Store::Ended ending_of(const Store& store, const std::vector<const Fault*>& faults) {
  Store::Ended ended;
  for (const Fault* fault : faults) {
    const std::string& name = fault->config->name;
    const bool in_profile =
        std::ranges::any_of(store.profiles(), [&](const ProfileConfig& profile) {
          return std::ranges::find(profile.faults, name) != profile.faults.end();
        });
    const bool removable = is_made_as_toxic(*fault->config) && !in_profile;
    (removable ? ended.removed : ended.disabled).push_back(name);
  }
  return ended;
}

std::vector<const Fault*> all_toxics(const Store& store) {
  std::vector<const Fault*> all;
  for (const Fault& fault : store.faults()) {
    if (is_made_as_toxic(*fault.config)) all.push_back(&fault);
  }
  for (const Proxy& proxy : store.proxies()) {
    for (const ActiveToxic& active : toxics_of(store, proxy.config->name)) {
      if (!is_made_as_toxic(*active.fault->config)) all.push_back(active.fault);
    }
  }
  return all;
}

std::string fault_name(const std::string& proxy, const std::string& toxic,
                       const std::function<bool(const std::string&)>& taken) {
  constexpr std::size_t kLongest = 90;  // leaves room for a number
  std::string name = proxy + ":" + toxic;
  std::ranges::replace_if(
      name, [](char c) { return !usable(c); }, '_');
  name.resize(std::min(name.size(), kLongest));
  std::string free = name;
  for (int i = 2; taken(free); ++i) free = name + "-" + std::to_string(i);
  return free;
}

Value redefined(const FaultConfig& fault, const Toxic& toxic) {
  Value::Map map = *fault.definition.map();
  const Value made = definition_of(toxic, fault.proxies.front());
  for (const std::string_view key : {"with", "share", "labels"}) {
    if (key == "labels" && !is_made_as_toxic(fault)) continue;
    std::erase_if(map, [&](const auto& entry) { return entry.key == key; });
    if (const Value* value = made.find(key)) map.push_back({std::string(key), *value});
  }
  return Value(std::move(map));
}

}  // namespace firedrill::toxiproxy
