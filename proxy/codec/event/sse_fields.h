#pragma once

#include "proxy/codec/event/line_ends.h"

#include <optional>
#include <string_view>

namespace firedrill::event {

// One line of a block of server-sent events. Comments and the blank line have no name.
struct SseField {
  std::string_view name;
  std::string_view value;  // without the one space that may follow the colon
  std::string_view line;   // all of it
  std::string_view end;    // LF, CRLF or CR; the last part of `line`
};

// The lines of one whole block, in order.
class SseFields {
 public:
  explicit SseFields(std::string_view block)
      : rest_(block.data()), end_(block.data() + block.size()), ends_(block) {}

  std::optional<SseField> next();

 private:
  const char* rest_;
  const char* end_;
  LineEnds ends_;
};

// How a stream writes its data lines.
struct SseStyle {
  std::string_view prefix = "data: ";
  std::string_view end = "\n";
  std::string_view line = {};  // the one that this was taken from
};

// The style of `block`, taken from its last data line; the default when it has none.
SseStyle style_of(std::string_view block);

}  // namespace firedrill::event
