#pragma once

#include "proxy/core/kind.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace firedrill {

// A type of DNS records to ask for, written by its name, `AAAA`, or its number, `TYPE28`.
struct RecordType {
  std::uint16_t number = 0;
  bool operator==(const RecordType&) const = default;
};

std::optional<RecordType> parse_record_type(std::string_view text);
std::string format(RecordType type);

template <>
struct Kind<RecordType> : NotationKind<RecordType, parse_record_type> {
  static std::string expected() { return "a record type such as A, AAAA, ANY or TYPE65"; }
};

}  // namespace firedrill
