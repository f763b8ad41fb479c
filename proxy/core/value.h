#pragma once

#include "proxy/core/result.h"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace firedrill {

// One tree for what YAML files and REST bodies say, with the place of each node, so that one reader
// serves both. A YAML scalar without quotes is `plain`: what it means is decided by whoever reads
// it.
class Value {
 public:
  enum class Scalar : std::uint8_t { plain, string, number, boolean };
  struct Null {
    bool operator==(const Null&) const = default;
  };
  struct Text {
    Scalar kind;
    std::string text;
    bool operator==(const Text&) const = default;
  };
  struct Entry;
  using List = std::vector<Value>;
  using Map = std::vector<Entry>;  // in the order in which it was written; keys are unique

  Value();
  explicit Value(Text text, Position at = {});
  explicit Value(List list, Position at = {});
  explicit Value(Map map, Position at = {});
  static Value null(Position at);
  static Value string(std::string text);

  bool is_null() const { return std::holds_alternative<Null>(data_); }
  const Text* text() const { return std::get_if<Text>(&data_); }
  const List* list() const { return std::get_if<List>(&data_); }
  const Map* map() const { return std::get_if<Map>(&data_); }
  Map* map() { return std::get_if<Map>(&data_); }
  Position at() const { return at_; }

  // Says of the whole tree which of several files it came from.
  void set_file(int file);

  // The value under `key` of a map; null when this is no map or has no such key.
  const Value* find(std::string_view key) const;

  // What a message calls it: "a list", "the text \"abc\"", "nothing".
  std::string describe() const;

  // Positions do not count: two values are equal when they say the same.
  bool operator==(const Value& other) const;

 private:
  std::variant<Null, Text, List, Map> data_;
  Position at_;
};

struct Value::Entry {
  std::string key;
  Value value;
  Position at = {};  // of the key
  bool operator==(const Entry& other) const { return key == other.key && value == other.value; }
};

// Defined where Entry is complete, without which clang refuses a variant of lists of it.
inline Value::Value() = default;
inline Value::Value(Text text, Position at) : data_(std::move(text)), at_(at) {}
inline Value::Value(List list, Position at) : data_(std::move(list)), at_(at) {}
inline Value::Value(Map map, Position at) : data_(std::move(map)), at_(at) {}
inline Value Value::null(Position at) {
  Value value;
  value.at_ = at;
  return value;
}
inline Value Value::string(std::string text) {
  return Value(Text{Scalar::string, std::move(text)});
}

Value from_json(const boost::json::value& json);

// A plain scalar becomes the number or boolean that it spells, else a string.
boost::json::value to_json(const Value& value);

// `target` changed as RFC 7396 (JSON merge patch) says: null removes a key, maps merge, the rest
// replaces.
Value merge_patch(const Value& target, const Value& patch);

}  // namespace firedrill
