#include "control/cli/command.h"

namespace firedrill::cli {

std::string Invocation::value(std::string_view option, std::string_view otherwise) const {
  const auto [begin, end] = words_.options.equal_range(option);
  return begin == end ? std::string(otherwise) : std::prev(end)->second;
}

std::vector<std::string> Invocation::values(std::string_view option) const {
  std::vector<std::string> all;
  const auto [begin, end] = words_.options.equal_range(option);
  for (auto entry = begin; entry != end; ++entry) all.push_back(entry->second);
  return all;
}

}  // namespace firedrill::cli
