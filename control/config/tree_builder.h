#pragma once

#include "control/config/yaml.h"

#include <set>
#include <string>
#include <vector>

namespace firedrill {

// Builds a tree of values from the events of a parser, and keeps to the limits while it does: the
// events of a deep or endless text stop before the tree has grown.
class TreeBuilder {
 public:
  explicit TreeBuilder(TextLimits limits) : limits_(limits) {}

  // Each gives false once a limit is passed, and nothing may be added after that.
  [[nodiscard]] bool open_map(Position at);
  [[nodiscard]] bool open_list(Position at);
  [[nodiscard]] bool add(Value value);
  // The key of the next value, where a map is open. A repeated key is a problem, and its value is
  // dropped.
  void key(std::string name, Position at);
  void close();

  // Whether the next text is the key of a map.
  bool wants_key() const;

  void complain(std::string what, Position at);
  const Problems& problems() const { return problems_; }

  // The whole tree, when the events have ended without a problem.
  Result<Value> finish();

 private:
  enum class Kind { list, map };
  struct Level {
    Kind kind;
    Position at;
    Value::List list = {};
    Value::Map map = {};
    std::set<std::string, std::less<>> keys = {};
    std::string key = {};
    Position key_at = {};
    bool has_key = false;
    bool repeated = false;
  };

  bool open(Kind kind, Position at);
  bool count(Position at);
  void place(Value value);
  std::string path() const;

  TextLimits limits_;
  std::size_t nodes_ = 0;
  std::vector<Level> levels_;
  Value root_;
  Problems problems_;
};

}  // namespace firedrill
