#include "proxy/core/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

namespace firedrill {
namespace {

struct Unit {
  std::string_view name;
  double scale;
};

// Nanoseconds.
constexpr std::array kDurations{Unit{"ns", 1},  Unit{"us", 1e3}, Unit{"ms", 1e6},
                                Unit{"s", 1e9}, Unit{"m", 60e9}, Unit{"h", 3600e9}};
constexpr std::array kSizes{Unit{"", 1},         Unit{"B", 1},        Unit{"KiB", 0x1p10},
                            Unit{"MiB", 0x1p20}, Unit{"GiB", 0x1p30}, Unit{"KB", 1e3},
                            Unit{"kB", 1e3},     Unit{"MB", 1e6},     Unit{"GB", 1e9}};
constexpr std::array kRates{Unit{"B/s", 1},        Unit{"KiB/s", 0x1p10}, Unit{"MiB/s", 0x1p20},
                            Unit{"GiB/s", 0x1p30}, Unit{"KB/s", 1e3},     Unit{"kB/s", 1e3},
                            Unit{"MB/s", 1e6},     Unit{"GB/s", 1e9},     Unit{"bps", 1.0 / 8},
                            Unit{"kbps", 1e3 / 8}, Unit{"Kbps", 1e3 / 8}, Unit{"Mbps", 1e6 / 8},
                            Unit{"Gbps", 1e9 / 8}};

// What a frequency counts by: nanoseconds.
constexpr std::array kPeriods{Unit{"s", 1e9}, Unit{"m", 60e9}, Unit{"h", 3600e9}};

// The number at the start of `text`, times the scale of the unit that is the rest of it.
std::optional<double> parse_scaled(std::string_view text, std::span<const Unit> units) {
  double number = 0;
  const auto [end, ec] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (ec != std::errc{} || !(number >= 0) || !std::isfinite(number)) return std::nullopt;
  const auto name = text.substr(static_cast<std::size_t>(end - text.data()));
  const auto unit = std::ranges::find(units, name, &Unit::name);
  if (unit == units.end()) return std::nullopt;
  return number * unit->scale;
}

std::string shortest(double number) {
  std::array<char, 32> text;
  const auto [end, ec] =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  return ec == std::errc{} ? std::string(text.data(), end) : std::to_string(number);
}

// In the greatest of `units` that leaves a whole number, else in the first.
std::string format_scaled(double number, std::span<const Unit> units) {
  const Unit* best = &units.front();
  for (const Unit& unit : units) {
    if (number != 0 && unit.scale > best->scale && std::fmod(number, unit.scale) == 0) best = &unit;
  }
  return shortest(number / best->scale) + std::string(best->name);
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration::zero();
  const auto nanoseconds = parse_scaled(text, kDurations);
  if (!nanoseconds || *nanoseconds > 9e18) return std::nullopt;
  return Duration(std::llround(*nanoseconds));
}

std::optional<ByteSize> parse_byte_size(std::string_view text) {
  const auto bytes = parse_scaled(text, kSizes);
  if (!bytes || *bytes > 0x1p53 || *bytes != std::floor(*bytes)) return std::nullopt;
  return ByteSize{static_cast<std::uint64_t>(*bytes)};
}

std::optional<Rate> parse_rate(std::string_view text) {
  const auto rate = parse_scaled(text, kRates);
  if (!rate) return std::nullopt;
  return Rate{*rate};
}

std::optional<Frequency> parse_frequency(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const auto count = text.substr(0, slash);
  const auto unit = std::ranges::find(kPeriods, text.substr(slash + 1), &Unit::name);
  Frequency frequency;
  const auto [end, ec] =
      std::from_chars(count.data(), count.data() + count.size(), frequency.count);
  const bool whole = ec == std::errc{} && end == count.data() + count.size();
  if (!whole || frequency.count == 0 || unit == kPeriods.end()) return std::nullopt;
  frequency.per = Duration(std::llround(unit->scale));
  return frequency;
}

std::optional<Fraction> parse_fraction(std::string_view text) {
  constexpr std::array kFractions{Unit{"", 1}, Unit{"%", 0.01}};
  const auto fraction = parse_scaled(text, kFractions);
  if (!fraction || *fraction > 1) return std::nullopt;
  return Fraction{*fraction};
}

std::string format(Duration duration) {
  return duration == Duration::zero()
             ? "0s"
             : format_scaled(static_cast<double>(duration.count()), kDurations);
}

std::string format(ByteSize size) {
  return format_scaled(static_cast<double>(size.bytes), std::span(kSizes).subspan(1, 4));
}

std::string format(Rate rate) {
  return format_scaled(rate.bytes_per_second, std::span(kRates).first(8));
}

std::string format(Frequency frequency) {
  const auto unit =
      std::ranges::find(kPeriods, static_cast<double>(frequency.per.count()), &Unit::scale);
  std::string text = std::to_string(frequency.count);
  return text.append("/").append(unit == kPeriods.end() ? format(frequency.per) : unit->name);
}

std::string format(Fraction fraction) {
  // 0.07 * 100 is 7.000000000000001: ten decimals are more than anybody writes.
  return shortest(std::round(fraction.value * 1e12) / 1e10) + "%";
}

}  // namespace firedrill
