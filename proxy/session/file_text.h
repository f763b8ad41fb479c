#pragma once

#include "proxy/core/result.h"

#include <cstddef>
#include <limits>
#include <string>

namespace firedrill {

// What can be read from the file at `path` up to its end, but no more than `most` bytes; or why it
// can't be read, as the system says it. A directory is refused like a file that is not there.
Result<std::string> file_text(const std::string& path,
                              std::size_t most = std::numeric_limits<std::size_t>::max());

}  // namespace firedrill
