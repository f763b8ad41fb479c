#pragma once

#include <cstdint>
#include <string>

namespace firedrill::toxiproxy {

// Names requests as xid does: 20 characters of [0-9a-v] that say the second, the process and a
// count, so that no two are alike and they sort by time.
class RequestIds {
 public:
  RequestIds();
  std::string next();

 private:
  std::uint64_t process_;
  std::uint32_t count_ = 0;
};

}  // namespace firedrill::toxiproxy
