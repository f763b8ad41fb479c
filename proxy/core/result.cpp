#include "proxy/core/result.h"

#include <stdexcept>

namespace firedrill {

std::string describe(const Problems& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    if (!problem.path.empty()) text += problem.path + ": ";
    text += problem.what;
  }
  return text;
}

void throw_exception_from_error(const Problems& problems, const boost::source_location&) {
  throw std::runtime_error(describe(problems));
}

}  // namespace firedrill
