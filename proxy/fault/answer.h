#pragma once

#include "proxy/core/bytes.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace firedrill {

// What is sent to the client instead of the upstream's response: a complete one, head and body, or
// bytes that are none, or nothing at all. The bytes belong to whoever made the answer.
struct Answer {
  static constexpr std::size_t kNoDate = std::size_t(-1);

  // What happens to the connection: where it has to close after the answer, with FIN or with RST.
  enum class Ending : std::uint8_t { fin, reset };

  ByteView bytes = {};
  std::size_t head_size = 0;          // of the bytes: all that a HEAD request gets
  std::size_t date_offset = kNoDate;  // where the head wants the time of sending
  int status = 0;                     // 0: no response that HTTP knows
  bool reach_upstream = false;        // forward the request as well, and throw its response away
  Ending ending = Ending::fin;
  // The form to send when the connection will close after it; null when this form says so
  // already, and then it must close.
  const Answer* closing = nullptr;
};

// Null for none. Either the answer belongs to a fault, which the snapshot keeps alive, or to this.
using AnswerPtr = std::shared_ptr<const Answer>;

// An answer that is a member of a fault.
inline AnswerPtr unowned(const Answer& answer) {
  return {std::shared_ptr<void>(), &answer};
}

// What stands in an answer where the time of sending belongs: a date of the one length that HTTP
// dates have.
inline constexpr std::string_view kDatePlaceholder = "Thu, 01 Jan 1970 00:00:00 GMT";

// An HTTP date (IMF-fixdate), such as "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::chrono::sys_seconds time);

enum class AnswerPart : std::uint8_t { head, whole };

// The bytes of `answer` as they are sent at `time`.
Bytes render(const Answer& answer, AnswerPart part, std::chrono::sys_seconds time);

}  // namespace firedrill
