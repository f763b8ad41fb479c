#include "proxy/session/descriptor_reserve.h"

#include <sys/resource.h>

#include <algorithm>
#include <climits>

namespace firedrill {
namespace {

constexpr rlim_t kReserve = 32;

}  // namespace

int first_reserved_descriptor() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return INT_MAX;
  const rlim_t reserve = std::min(kReserve, limit.rlim_cur / 2);
  return static_cast<int>(std::min<rlim_t>(limit.rlim_cur - reserve, INT_MAX));
}

}  // namespace firedrill
