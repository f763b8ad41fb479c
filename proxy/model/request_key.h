#pragma once

#include <cstdint>
#include <string>

namespace firedrill {

// Something that every request which a match accepts has, in a form that an index can look up by
// hash.
struct RequestKey {
  enum class Part : std::uint8_t {
    path,    // the path is `text`
    prefix,  // the path begins with the elements of `text`, which has no slash at its end
    host,    // the request is for the host `text`, in lower case and without a port
    header,  // the value of the header `name`, its lines joined, is `text`
  };

  Part part;
  std::string text;
  std::string name = {};  // as configured: case does not count

  bool operator==(const RequestKey&) const = default;
};

}  // namespace firedrill
