#pragma once

#include <cstdint>
#include <string_view>

namespace firedrill {

// SipHash-2-4 (Aumasson and Bernstein, 2012) of `text` under the 128-bit key {k0, k1}. It decides
// who is hit, so it must give the same value on every machine: input is read as little-endian.
std::uint64_t siphash(std::uint64_t k0, std::uint64_t k1, std::string_view text);

}  // namespace firedrill
