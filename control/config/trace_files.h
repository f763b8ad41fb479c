#pragma once

#include "proxy/core/value.h"

#include <string>

namespace firedrill {

// `config` with each distribution `{trace: FILE}` of its faults replaced by the durations in that
// file, one a line; blank lines and those that begin with # don't count; and with the `page_file`
// of each http.status replaced by the page in that file. Files are looked for from `directory`.
// Only a configuration file may name them, not the admin API, so that nobody can ask for other
// files through it.
Value with_traces(const Value& config, const std::string& directory, Problems& problems);

}  // namespace firedrill
