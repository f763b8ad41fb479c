#pragma once

#include <cstring>
#include <string_view>

namespace firedrill::event {

// Finds the CRs and LFs of one text, front to back. It remembers the next of each, so a text
// without any CR is searched for one once, and not once a line.
class LineEnds {
 public:
  LineEnds() = default;
  explicit LineEnds(std::string_view text)
      : end_(text.data() + text.size()),
        cr_(find('\r', text.data())),
        lf_(find('\n', text.data())) {}

  // The first CR or LF at or after `from`, or the end of the text. `from` never goes back.
  const char* next(const char* from) {
    if (cr_ < from) cr_ = find('\r', from);
    if (lf_ < from) lf_ = find('\n', from);
    return cr_ < lf_ ? cr_ : lf_;
  }

 private:
  const char* find(char wanted, const char* from) const {
    if (from == end_) return end_;
    const void* found = std::memchr(from, wanted, static_cast<std::size_t>(end_ - from));
    return found == nullptr ? end_ : static_cast<const char*>(found);
  }

  const char* end_ = nullptr;
  const char* cr_ = nullptr;
  const char* lf_ = nullptr;
};

}  // namespace firedrill::event
