#include "control/config/yaml.h"

#include <cstdint>
#include <cstdlib>

// Whatever the text, the reader answers with a tree or with problems that point into the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto result = firedrill::parse_yaml(text);
  if (result.has_value()) return 0;
  if (result.error().empty()) std::abort();
  for (const auto& problem : result.error()) {
    if (problem.what.empty() || problem.at.line < 0) std::abort();
  }
  return 0;
}
