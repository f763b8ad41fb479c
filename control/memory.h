#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

// How much of the memory that it may have the process has taken, in bytes.
struct MemoryReading {
  std::uint64_t used = 0;
  std::uint64_t limit = 0;

  double share() const { return static_cast<double>(used) / static_cast<double>(limit); }
};

// One limit of the process, read anew at each call; nothing when it has been lifted.
using MemoryMeter = std::function<std::optional<MemoryReading>()>;

// The limits that the process has now:
// - memory.max of its control group (version 2) and of each one above it, of which counts what is
//   in use but for files that the kernel can drop from its cache;
// - RLIMIT_DATA, of which counts what the process may write to, its threads' stacks included.
std::vector<MemoryMeter> memory_limits();

// The limit of the control group at `directory`, if it has one.
std::optional<MemoryReading> read_control_group(const std::string& directory);

}  // namespace firedrill
