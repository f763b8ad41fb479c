#include "proxy/core/value.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace firedrill {
namespace {

// Without an exponent, which Boost.JSON writes and no notation of ours has: 0.125, not 1.25E-1.
std::string decimal(double number) {
  std::array<char, 400>
      text;  // the longest double has 309 digits before the point, or zeros behind it
  const auto [end, ec] =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  return ec == std::errc{} ? std::string(text.data(), end)
                           : boost::json::serialize(boost::json::value(number));
}

}  // namespace

const Value* Value::find(std::string_view key) const {
  const Map* entries = map();
  if (entries == nullptr) return nullptr;
  const auto found = std::ranges::find(*entries, key, &Entry::key);
  return found == entries->end() ? nullptr : &found->value;
}

std::string Value::describe() const {
  if (map() != nullptr) return "a map";
  if (list() != nullptr) return "a list";
  if (is_null()) return "nothing";
  constexpr std::size_t kShown = 40;
  std::string shown = text()->text.substr(0, kShown);
  if (text()->text.size() > kShown) shown += "...";
  return '"' + shown + '"';
}

void Value::set_file(int file) {
  at_.file = file;
  if (auto* items = std::get_if<List>(&data_)) {
    for (Value& item : *items) item.set_file(file);
  }
  if (auto* entries = std::get_if<Map>(&data_)) {
    for (Entry& entry : *entries) {
      entry.at.file = file;
      entry.value.set_file(file);
    }
  }
}

bool Value::operator==(const Value& other) const {
  return data_ == other.data_;
}

Value from_json(const boost::json::value& json) {
  using boost::json::kind;
  switch (json.kind()) {
    case kind::null:
      return {};
    case kind::bool_:
      return Value(Value::Text{Value::Scalar::boolean, json.get_bool() ? "true" : "false"});
    case kind::double_:
      return Value(Value::Text{Value::Scalar::number, decimal(json.get_double())});
    case kind::int64:
    case kind::uint64:
      return Value(Value::Text{Value::Scalar::number, boost::json::serialize(json)});
    case kind::string:
      return Value::string(std::string(json.get_string()));
    case kind::array: {
      Value::List list;
      for (const auto& item : json.get_array()) list.push_back(from_json(item));
      return Value(std::move(list));
    }
    case kind::object: {
      Value::Map map;
      for (const auto& entry : json.get_object()) {
        map.push_back({std::string(entry.key()), from_json(entry.value())});
      }
      return Value(std::move(map));
    }
  }
  return {};
}

boost::json::value to_json(const Value& value) {
  if (const auto* map = value.map()) {
    boost::json::object object;
    for (const auto& entry : *map) object.insert_or_assign(entry.key, to_json(entry.value));
    return object;
  }
  if (const auto* list = value.list()) {
    boost::json::array array;
    for (const auto& item : *list) array.push_back(to_json(item));
    return array;
  }
  const auto* scalar = value.text();
  if (scalar == nullptr) return nullptr;
  if (scalar->kind != Value::Scalar::string) {
    boost::json::error_code ec;
    const auto parsed = boost::json::parse(scalar->text, ec);
    if (!ec && (parsed.is_number() || parsed.is_bool())) return parsed;
  }
  return boost::json::value(scalar->text);
}

Value merge_patch(const Value& target, const Value& patch) {
  const auto* changes = patch.map();
  if (changes == nullptr) return patch;
  Value::Map merged = target.map() != nullptr ? *target.map() : Value::Map{};
  for (const auto& change : *changes) {
    const auto found = std::ranges::find(merged, change.key, &Value::Entry::key);
    if (change.value.is_null()) {
      if (found != merged.end()) merged.erase(found);
    } else if (found != merged.end()) {
      found->value = merge_patch(found->value, change.value);
    } else {
      merged.push_back({change.key, merge_patch({}, change.value)});
    }
  }
  return Value(std::move(merged));
}

}  // namespace firedrill
