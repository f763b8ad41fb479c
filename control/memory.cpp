#include "control/memory.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace firedrill {
namespace {

constexpr const char* kControlGroups = "/sys/fs/cgroup";

// The number in a file of one; nothing for "max" or without the file.
std::optional<std::uint64_t> number_in(const std::string& path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  return file >> number ? std::optional(number) : std::nullopt;
}

// What the kernel can drop at once when memory is needed.
std::uint64_t droppable(const std::string& directory) {
  std::ifstream file(directory + "/memory.stat");
  std::string key;
  std::uint64_t bytes = 0;
  while (file >> key >> bytes) {
    if (key == "inactive_file") return bytes;
  }
  return 0;
}

// The directories of the process's control group and of all above it.
std::vector<std::string> control_groups() {
  std::ifstream file("/proc/self/cgroup");
  std::vector<std::string> directories;
  for (std::string line; std::getline(file, line);) {
    constexpr std::string_view kVersion2 = "0::";
    if (!line.starts_with(kVersion2)) continue;
    std::string path = line.substr(kVersion2.size());
    while (path.size() > 1) {
      directories.push_back(kControlGroups + path);
      path.resize(std::max<std::size_t>(path.rfind('/'), 1));
    }
    // In a container, its own group stands at the top.
    directories.emplace_back(kControlGroups);
  }
  return directories;
}

std::optional<MemoryReading> read_data_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_DATA, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0;
  constexpr int kData = 6;  // the field, as proc(5) counts
  for (int field = 1; field <= kData; ++field) file >> pages;
  return MemoryReading{.used = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)),
                       .limit = limit.rlim_cur};
}

}  // namespace

std::optional<MemoryReading> read_control_group(const std::string& directory) {
  const auto limit = number_in(directory + "/memory.max");
  const auto used = number_in(directory + "/memory.current");
  if (!limit || !used || *limit == 0) return std::nullopt;
  return MemoryReading{.used = *used - std::min(*used, droppable(directory)), .limit = *limit};
}

std::vector<MemoryMeter> memory_limits() {
  std::vector<MemoryMeter> meters;
  for (const std::string& directory : control_groups()) {
    if (!read_control_group(directory)) continue;
    meters.emplace_back([directory] { return read_control_group(directory); });
  }
  if (read_data_limit()) meters.emplace_back(read_data_limit);
  return meters;
}

}  // namespace firedrill
