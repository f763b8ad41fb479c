#pragma once

#include "proxy/core/kind.h"

#include <optional>
#include <string>

namespace firedrill {

// Which part of the matching traffic is hit, decided by hash: the same seed, fault and key decide
// alike on every worker, on every replica, and on replay.
struct Share {
  enum class By : std::uint8_t { request, connection, client, header };

  Fraction of{1};
  By by = By::request;
  std::string header = {};  // for By::header: its name

  bool everything() const { return of.value >= 1; }
  bool operator==(const Share&) const = default;
};

// Written `15%`, or `{of: 15%, by: client}`.
template <>
struct Kind<Share> {
  static std::optional<Share> read(const Value& value, const std::string& path, Problems& problems);
  static std::string expected() {
    return "a share such as 15%, or {of: 15%, by: request | connection | client | header:NAME}";
  }
  static boost::json::object schema();
  static boost::json::value write(const Share& share);
};

}  // namespace firedrill
