#pragma once

#include "proxy/core/fields.h"
#include "proxy/model/named_part.h"

#include <string_view>
#include <vector>

namespace firedrill {

namespace http {
struct ResponseHead;
}

// A range of status codes, both ends included: written 503, 500-599 or 5xx.
struct StatusRange {
  int first = 0;
  int last = 0;
};

// Which responses: those whose status is in one of the ranges and whose header fields are as asked
// for; a part that is left out is met by all.
//
//   response: {status: [200-299, 304], headers: [{name: content-type, type: Prefix, value: text/}]}
class ResponseMatch {
 public:
  // Takes everything.
  ResponseMatch() = default;
  static ResponseMatch read(const Value& value, const std::string& path, Problems& problems);

  bool everything() const { return statuses_.empty() && headers_.empty(); }

  // The key of the first condition that does not hold; empty when all do.
  std::string_view mismatch(const http::ResponseHead& head) const;

 private:
  std::vector<StatusRange> statuses_;
  std::vector<NamedPart> headers_;
};

}  // namespace firedrill
