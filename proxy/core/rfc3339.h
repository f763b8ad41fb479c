#pragma once

#include <chrono>
#include <string>

namespace firedrill {

// "2026-06-12T09:30:00.125Z": wall-clock time for people and journals; no deadline is ever read
// from it.
std::string rfc3339(std::chrono::system_clock::time_point time);

}  // namespace firedrill
