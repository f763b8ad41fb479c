#pragma once

#include "proxy/codec/event/codec.h"
#include "proxy/core/kind.h"

#include <optional>
#include <string>

namespace firedrill {

// The codec that a fault is for, when its configuration names one: streams of others are left
// alone, and what that codec can't do is refused before any traffic.
struct StreamCodec {
  std::string name;
  event::Abilities abilities = {};
};

inline constexpr std::string_view kStreamCodecDoc =
    "Acts on streams of this codec only, and is refused if that can't do it. Without it an event "
    "that its codec can't do this to passes as it is and counts as skipped.";

// Whether the fault is for streams that `codec` reads.
bool reads(const std::optional<StreamCodec>& wanted, const event::Codec& codec);

template <>
struct Kind<StreamCodec> {
  static std::optional<StreamCodec> read(const Value& value, const std::string& path,
                                         Problems& problems);
  static std::string expected();
  static boost::json::object schema();
  static boost::json::value write(const StreamCodec& codec) {
    return boost::json::value(codec.name);
  }
};

}  // namespace firedrill
