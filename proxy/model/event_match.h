#pragma once

#include "proxy/core/fields.h"
#include "proxy/fault/fault.h"
#include "proxy/model/glob.h"
#include "proxy/model/json_match.h"
#include "proxy/model/regex.h"

#include <optional>
#include <string_view>
#include <vector>

namespace firedrill {

// Which events of a stream: those whose type fits any of the patterns in `event`, whose id fits any
// of those in `key`, whose payload is as `json` says, and in which the regular expression `payload`
// occurs (looked for in the first 64 KiB).
class EventMatch {
 public:
  // Asks for these keys and leaves the others to whoever holds `fields`.
  static EventMatch read(Fields& fields);

  // The key of the first condition that does not hold; empty when the event is accepted.
  std::string_view mismatch(const event::Event& event) const;
  // Whether an event that was hit is to be hit again whenever it is delivered again.
  bool sticky() const { return sticky_; }

 private:
  std::vector<Glob> types_;
  std::vector<Glob> keys_;
  JsonMatch json_;
  std::optional<Regex> payload_;
  bool sticky_ = false;
};

}  // namespace firedrill
