#pragma once

#include "proxy/core/kind.h"

#include <cstdint>

namespace firedrill {

// Whether the upstream is asked, although the fault decides what the client gets.
enum class Reach : std::uint8_t { none, upstream };

template <>
struct Names<Reach> {
  static constexpr std::pair<std::string_view, Reach> kAll[] = {{"none", Reach::none},
                                                                {"upstream", Reach::upstream}};
};
template <>
struct Kind<Reach> : EnumKind<Reach> {};

}  // namespace firedrill
