#include "control/config/tree_builder.h"

namespace firedrill {

bool TreeBuilder::open_map(Position at) {
  return open(Kind::map, at);
}

bool TreeBuilder::open_list(Position at) {
  return open(Kind::list, at);
}

bool TreeBuilder::open(Kind kind, Position at) {
  if (!count(at)) return false;
  if (levels_.size() >= limits_.depth) {
    complain("is nested more than " + std::to_string(limits_.depth) + " levels deep", at);
    return false;
  }
  levels_.push_back({.kind = kind, .at = at});
  return true;
}

bool TreeBuilder::add(Value value) {
  if (!count(value.at())) return false;
  place(std::move(value));
  return true;
}

bool TreeBuilder::count(Position at) {
  if (++nodes_ <= limits_.nodes) return true;
  complain("has more than " + std::to_string(limits_.nodes) + " values", at);
  return false;
}

void TreeBuilder::key(std::string name, Position at) {
  Level& level = levels_.back();
  level.repeated = !level.keys.insert(name).second;
  level.key = std::move(name);
  level.key_at = at;
  level.has_key = true;
  if (level.repeated) complain("is a duplicate key", at);
}

void TreeBuilder::close() {
  Level done = std::move(levels_.back());
  levels_.pop_back();
  place(done.kind == Kind::map ? Value(std::move(done.map), done.at)
                               : Value(std::move(done.list), done.at));
}

void TreeBuilder::place(Value value) {
  if (levels_.empty()) {
    root_ = std::move(value);
    return;
  }
  Level& level = levels_.back();
  if (level.kind == Kind::list) {
    level.list.push_back(std::move(value));
    return;
  }
  if (!level.repeated) {
    level.map.push_back({std::move(level.key), std::move(value), level.key_at});
  }
  level.key.clear();
  level.has_key = false;
}

bool TreeBuilder::wants_key() const {
  return !levels_.empty() && levels_.back().kind == Kind::map && !levels_.back().has_key;
}

void TreeBuilder::complain(std::string what, Position at) {
  // Past this many mistakes the rest of the list helps nobody.
  constexpr std::size_t kMost = 100;
  if (problems_.size() < kMost) problems_.push_back({path(), std::move(what), at});
}

std::string TreeBuilder::path() const {
  std::string path;
  for (const Level& level : levels_) {
    if (level.kind == Kind::list) {
      path += '[' + std::to_string(level.list.size()) + ']';
    } else if (level.has_key) {
      path += (path.empty() ? "" : ".") + level.key;
    }
  }
  return path;
}

Result<Value> TreeBuilder::finish() {
  if (!problems_.empty()) return problems_;
  return std::move(root_);
}

}  // namespace firedrill
