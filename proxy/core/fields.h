#pragma once

#include "proxy/core/value.h"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// Strict access to the keys of one map. Reading never stops at the first mistake: problems are
// collected, each with its path and place, and finish() refuses every key that nobody asked for,
// naming the nearest that exists. A value that is no map is one problem and reads as empty.
class Fields {
 public:
  // `path` is that of the map itself: "" for the whole document. Both references must outlive this.
  Fields(const Value& value, std::string path, Problems& problems);

  // The value under `key`, or null where the key is absent or null. Asking makes the key known.
  const Value* optional(std::string_view key);

  // The same, and an absent key is a problem.
  const Value* required(std::string_view key);

  void complain(std::string_view key, std::string what);
  void finish();

  std::string path_of(std::string_view key) const;
  Problems& problems() { return problems_; }

 private:
  void forgive_missing(std::string_view key);

  const Value& value_;
  std::string path_;
  Problems& problems_;
  std::vector<std::string> known_;
};

// The candidate that differs from `word` by the fewest edits, or "" when none is near.
std::string_view nearest(std::string_view word, const std::vector<std::string>& candidates);

// "did you mean \"listen\"?" with a leading "; ", or "" when nothing is near.
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace firedrill
