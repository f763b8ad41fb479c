#pragma once

#include "proxy/fault/verdict.h"

#include <chrono>
#include <string_view>

namespace firedrill {

// What stands in an answer where the time of sending belongs: a date of the one length that HTTP
// dates have.
inline constexpr std::string_view kDatePlaceholder = "Thu, 01 Jan 1970 00:00:00 GMT";

// An HTTP date (IMF-fixdate), such as "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::chrono::sys_seconds time);

enum class AnswerPart : std::uint8_t { head, whole };

// The bytes of `answer` as they are sent at `time`.
Bytes render(const RequestVerdict::Answer& answer, AnswerPart part, std::chrono::sys_seconds time);

}  // namespace firedrill
