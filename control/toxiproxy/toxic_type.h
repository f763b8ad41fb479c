#pragma once

#include "proxy/core/value.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill::toxiproxy {

// The value of one attribute, as Go would hold it.
using Number = std::variant<std::int64_t, double>;
using Numbers = std::vector<Number>;

// One attribute of a toxic.
struct Attribute {
  std::string_view name;
  enum class Kind : std::uint8_t { integer, real } kind = Kind::integer;
};

// A kind of toxic, and the fault that it is.
struct ToxicType {
  std::string_view name;                  // "latency"
  std::string_view go_name;               // as errors call it: "LatencyToxic"
  std::span<const Attribute> attributes;  // in the order in which they are written
  std::string_view fault;                 // "tcp.latency"

  // The fault's `with` for attributes of any value: what makes no sense does no harm.
  Value (*with)(const Numbers& attributes);
  // The attributes that come nearest to a `with` that somebody else wrote; nothing when they cannot
  // say it.
  std::optional<Numbers> (*attributes_of)(const Value& with);
};

// The type of that name, or the one that a fault of that type can be shown as; null for none.
const ToxicType* find_toxic_type(std::string_view name);
const ToxicType* find_toxic_type_of_fault(std::string_view fault);

}  // namespace firedrill::toxiproxy
