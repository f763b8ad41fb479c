#include "proxy/fault/answer.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace firedrill {

std::string http_date(std::chrono::sys_seconds time) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 64> text;
  const int size = std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                                 kDays[std::chrono::weekday(day).c_encoding()],
                                 unsigned(date.day()), kMonths[unsigned(date.month()) - 1],
                                 int(date.year()), int(clock.hours().count()),
                                 int(clock.minutes().count()), int(clock.seconds().count()));
  return std::string(text.data(), static_cast<std::size_t>(size));
}

Bytes render(const Answer& answer, AnswerPart part, std::chrono::sys_seconds time) {
  const ByteView sent =
      part == AnswerPart::head ? answer.bytes.first(answer.head_size) : answer.bytes;
  Bytes bytes(sent.begin(), sent.end());
  if (answer.date_offset != Answer::kNoDate) {
    const std::string date = http_date(time);
    std::ranges::copy(as_bytes(date),
                      bytes.begin() + static_cast<std::ptrdiff_t>(answer.date_offset));
  }
  return bytes;
}

}  // namespace firedrill
