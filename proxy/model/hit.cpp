#include "proxy/model/hit.h"

namespace firedrill {

std::string brief(std::string_view text) {
  constexpr std::size_t kLongest = 256;
  return std::string(text.substr(0, kLongest));
}

}  // namespace firedrill
