#pragma once

#include <string_view>

namespace firedrill::cli {

// Makes the process, and the threads that it starts from now on, appear under `name` in ps, top and
// /proc, and its command line as that name alone: whoever looks at a drill's machine need not learn
// that there is one. To be called before other threads run. The name of the binary's file stays to
// be seen under /proc/PID/exe by the same user and by root.
void appear_as(std::string_view name);

}  // namespace firedrill::cli
