#pragma once

#include "control/store.h"

#include <vector>

namespace firedrill {

// What a change of the store replaces as a whole.
struct Store::State {
  std::vector<Proxy> proxies;
  std::vector<Fault> faults;
  std::vector<ProfileConfig> profiles;
  std::uint64_t seed = 0;  // of the configuration that it belongs to
};

}  // namespace firedrill
