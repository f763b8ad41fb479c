#pragma once

#include "proxy/core/fields.h"
#include "proxy/fault/fault.h"
#include "proxy/model/host_pattern.h"
#include "proxy/model/request_pattern.h"

#include <string_view>
#include <vector>

namespace firedrill {

// Which requests: those for one of `hostnames` (in short `host`) that fit the pattern which stands
// in the match itself, and one of those in `matches`, and none of those in `except`.
class HttpMatch {
 public:
  // Asks for these keys and leaves the others to whoever holds `fields`.
  static HttpMatch read(Fields& fields);

  // The key of the first condition that does not hold; empty when the request is accepted.
  std::string_view mismatch(const http::RequestHead& head) const;

  // Whether it takes every request.
  bool everything() const {
    return hosts_.empty() && pattern_.everything() && any_of_.empty() && none_of_.empty();
  }

  // Keys of which a request must have at least one, for an index; empty when no index can tell.
  std::vector<RequestKey> keys() const;

 private:
  std::vector<HostPattern> hosts_;
  RequestPattern pattern_;
  std::vector<RequestPattern> any_of_;
  std::vector<RequestPattern> none_of_;
};

}  // namespace firedrill
