#include "proxy/model/glob.h"

#include <vector>

namespace firedrill {

// Each step of the pattern is applied to all places that the text may have been read up to, so that
// the time is the product of both lengths however many asterisks there are.
bool Glob::matches(std::string_view text) const {
  std::vector<bool> reached(text.size() + 1, false);
  reached[0] = true;
  for (std::size_t at = 0; at < pattern_.size(); ++at) {
    const char step = pattern_[at];
    if (step == '*') {
      const bool across = at + 1 < pattern_.size() && pattern_[at + 1] == '*';
      if (across) ++at;
      for (std::size_t i = 0; i < text.size(); ++i) {
        if (reached[i] && (across || !separates(text[i]))) reached[i + 1] = true;
      }
      continue;
    }
    for (std::size_t i = text.size(); i-- > 0;) {
      reached[i + 1] = reached[i] && (step == '?' ? !separates(text[i]) : step == text[i]);
    }
    reached[0] = false;
  }
  return reached[text.size()];
}

std::optional<Glob> Kind<Glob>::read(const Value& value, const std::string& path,
                                     Problems& problems) {
  const std::string* text = kind::notation(value);
  if (text == nullptr) return kind::refuse(value, path, expected(), problems);
  return Glob(*text);
}

}  // namespace firedrill
