#pragma once

#include "proxy/core/value.h"

#include <string>

namespace firedrill {

// `config` with the files that its faults name put in place:
//
//   {trace: FILE}    in a distribution: the durations in the file, one a line; blank lines and
//                    those that begin with # don't count
//   body_file: FILE  among a fault's parameters: `body` with the text of the file; page_file and
//                    `page`, payload_file and `payload` likewise
//
// Files are looked for from `directory`. Only a configuration file may name them, not the admin
// API, so that nobody can ask for other files through it.
Value with_inlined_files(const Value& config, const std::string& directory, Problems& problems);

}  // namespace firedrill
