#pragma once

#include "proxy/fault/fault.h"
#include "proxy/model/rule.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

inline constexpr Duration kShortestLifetime = std::chrono::milliseconds(1);
inline constexpr Duration kLongestLifetime = std::chrono::hours(24);

// A fault as it is configured: known, and off until somebody activates it.
struct FaultConfig {
  std::string name;
  std::vector<std::string> proxies;  // names, or the one name "*"
  const FaultType* type = nullptr;
  FaultSpecPtr spec;
  std::vector<Variant> variants;    // instead of spec, when there are any
  std::vector<FaultSpecPtr> steps;  // the same, for each step of a ramp of a parameter
  Match match;
  Share share;
  Trigger trigger;
  Shape shape;
  Fraction share_from;  // of a ramp of the share
  Fraction share_to;
  Budget budget;
  Rule::Run run = Rule::Run::live;
  Direction direction = Direction::response;
  int priority = 0;
  bool enabled = false;              // active from the start
  std::optional<Duration> lifetime;  // `for`: how long it stays active
  std::map<std::string, std::string> labels;
  Value definition;  // the map it was read from: what edits are merged into
};

// Reads the fault that stands at `path`. With problems the result means nothing.
FaultConfig read_fault_config(const Value& value, const std::string& path, Problems& problems);

// One fault on its own, as the admin API gives it. `name` is that of the URL; a name in the body
// must be the same. Paths in problems begin at the body.
Result<FaultConfig> read_fault(const Value& value, const std::string& name);

// The body of a call, with the name of its URL put in if it has none; another one is a problem.
Value with_name(const Value& value, const std::string& name, Problems& problems);

// The JSON Schema of a fault as it is configured.
boost::json::object fault_schema();

}  // namespace firedrill
