#pragma once

#include "proxy/model/match.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

// The traffic of a proxy that no fault may ever touch: what any of these matches describes. A fault
// of a whole connection can't tell its requests or queries apart, so it lets alone each connection
// that may carry one of them.
class Never {
 public:
  // Protects nothing.
  Never() = default;

  // Reads a list of what Match reads for `family`, but for `response`: a fault of the request would
  // have been done before there is one.
  static std::optional<Never> read(const Value& value, const std::string& path, Family family,
                                   Problems& problems);

  bool empty() const { return matches_.empty(); }

  // The position of the first match that describes it; takes what Match::mismatch takes.
  template <class... About>
  std::optional<std::size_t> covers(const About&... about) const {
    for (std::size_t i = 0; i < matches_.size(); ++i) {
      if (matches_[i].accepts(about...)) return i;
    }
    return std::nullopt;
  }

  // Two are equal when they are written alike.
  bool operator==(const Never& other) const { return written_ == other.written_; }

  static boost::json::object schema();

 private:
  std::vector<Match> matches_;
  Value written_;
};

}  // namespace firedrill
