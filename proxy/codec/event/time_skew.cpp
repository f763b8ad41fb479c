#include "proxy/codec/event/time_skew.h"

#include "proxy/codec/json/splice.h"
#include "proxy/codec/json/survey.h"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace firedrill::event {
namespace {

using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

std::optional<int> number(std::string_view digits) {
  int value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, ec] = std::from_chars(digits.data(), end, value);
  if (ec != std::errc{} || stop != end || value < 0) return std::nullopt;
  return value;
}

// "2024-02-29T12:00:00", with whatever stands between date and time.
constexpr std::size_t kTimeSize = 19;

std::optional<sys_seconds> parse(std::string_view text) {
  if (text.size() < kTimeSize + 1) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':') return std::nullopt;
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(5, 2));
  const auto day = number(text.substr(8, 2));
  const auto hour = number(text.substr(11, 2));
  const auto minute = number(text.substr(14, 2));
  const auto second = number(text.substr(17, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         seconds(*second);
}

std::optional<std::string> format(sys_seconds time, char separator) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  const int year = static_cast<int>(date.year());
  if (year < 0 || year > 9999) return std::nullopt;
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u%c%02d:%02d:%02d", year,
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), separator,
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

// Of a JSON string without escapes, quotes and all.
std::optional<std::string> skew_text(std::string_view quoted, Duration skew) {
  const std::string_view text = quoted.substr(1, quoted.size() - 2);
  const auto time = parse(text);
  if (!time) return std::nullopt;
  const auto moved = format(*time + std::chrono::floor<seconds>(skew), text[10]);
  if (!moved) return std::nullopt;
  return std::string(quoted).replace(1, kTimeSize, *moved);
}

// What one unit of a number of this size is: times of our days have 10 digits in seconds.
Duration unit_of(std::int64_t whole) {
  if (whole < 100'000'000'000) return seconds(1);
  if (whole < 100'000'000'000'000) return std::chrono::milliseconds(1);
  if (whole < 100'000'000'000'000'000) return std::chrono::microseconds(1);
  return Duration(1);
}

// A number too small to be a time of the last decades is something else.
std::optional<std::string> skew_number(std::string_view text, Duration skew) {
  constexpr std::int64_t kLeast = 100'000'000;
  std::int64_t whole = 0;
  const char* end = text.data() + text.size();
  const auto [stop, ec] = std::from_chars(text.data(), end, whole);
  if (ec != std::errc{} || (stop != end && *stop != '.') || whole < kLeast) return std::nullopt;
  const std::int64_t moved = whole + skew / unit_of(whole);
  if (moved < 0) return std::nullopt;
  std::string result = std::to_string(moved);
  return result.append(stop, end);
}

}  // namespace

std::optional<std::string> skew_time(std::string_view payload, const json::Pointer& pointer,
                                     Duration skew) {
  const auto place = json::locate(payload, pointer);
  if (!place) return std::nullopt;
  const std::string_view value = place->in(payload);
  std::optional<std::string> moved;
  if (place->type == json::Type::string) moved = skew_text(value, skew);
  if (place->type == json::Type::number) moved = skew_number(value, skew);
  if (!moved) return std::nullopt;
  return json::splice(payload, *place, *moved);
}

}  // namespace firedrill::event
