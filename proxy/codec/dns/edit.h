#pragma once

#include "proxy/core/bytes.h"

#include <cstdint>
#include <span>

namespace firedrill::dns {

enum class TtlEdit : std::uint8_t {
  set,     // to exactly this
  at_most  // lowered to this where it is greater
};

// Changes the TTL of every record of a reply in place; OPT and TSIG, whose TTL is none, stay. A
// reply that can't be walked to the end of its records is left as it is, which `false` says.
[[nodiscard]] bool edit_ttls(std::span<std::byte> reply, TtlEdit edit, std::uint32_t ttl);

}  // namespace firedrill::dns
