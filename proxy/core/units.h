#pragma once

#include "proxy/core/time.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

// A number of bytes, written `512`, `64KiB`, `10MB`.
struct ByteSize {
  std::uint64_t bytes = 0;
  auto operator<=>(const ByteSize&) const = default;
};

// Bytes per second, written `1MB/s`, `64KiB/s` or, in bits, `50Mbps`.
struct Rate {
  double bytes_per_second = 0;
  auto operator<=>(const Rate&) const = default;
};

// How often something happens, written `10/s`, `100/m`, `1000/h`.
struct Frequency {
  std::uint32_t count = 1;
  Duration per = std::chrono::seconds(1);
  bool operator==(const Frequency&) const = default;
};

// A part of the whole in [0, 1], written `12.5%` or `0.125`.
struct Fraction {
  double value = 1;
  auto operator<=>(const Fraction&) const = default;
};

// Each parser takes the whole text, with no blanks, and gives nothing when it is not exactly one
// such value or does not fit. Durations carry a unit: `250us`, `10ms`, `1.5s`, `2m`, `1h`, or a
// bare `0`.
std::optional<Duration> parse_duration(std::string_view text);
std::optional<ByteSize> parse_byte_size(std::string_view text);
std::optional<Rate> parse_rate(std::string_view text);
std::optional<Frequency> parse_frequency(std::string_view text);
std::optional<Fraction> parse_fraction(std::string_view text);

// The shortest text that parses back to the same value.
std::string format(Duration duration);
std::string format(ByteSize size);
std::string format(Rate rate);
std::string format(Frequency frequency);
std::string format(Fraction fraction);

}  // namespace firedrill
