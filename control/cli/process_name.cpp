#include "control/cli/process_name.h"

#include <sys/prctl.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <span>
#include <sstream>
#include <string>

namespace firedrill::cli {
namespace {

// Where the kernel reads this process's command line: it looks at our own memory each time.
std::span<char> command_line() {
  std::ifstream file("/proc/self/stat");
  std::string stat{std::istreambuf_iterator<char>(file), {}};
  // The second field is a name in parentheses, which may hold anything.
  std::istringstream rest(stat.substr(std::min(stat.rfind(')'), stat.size())));
  constexpr int kBefore = 46;  // the fields from the name to the one before arg_start
  std::string skipped;
  for (int i = 0; i < kBefore; ++i) rest >> skipped;
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  if (!(rest >> begin >> end) || begin == 0 || end < begin) return {};
  return {reinterpret_cast<char*>(begin), end - begin};
}

}  // namespace

void appear_as(std::string_view name) {
  prctl(PR_SET_NAME, std::string(name).c_str());
  const auto line = command_line();
  if (line.empty()) return;
  std::ranges::fill(line, '\0');
  std::ranges::copy(name.substr(0, line.size() - 1), line.begin());
}

}  // namespace firedrill::cli
