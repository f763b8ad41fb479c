#pragma once

#include "control/instance.h"

#include <string>

namespace firedrill {

// What a process serves, however its command line is written.
struct Served {
  Instance::Loader load;     // the configuration
  std::string watched = {};  // where it is loaded from, for `watch: true`
  toxiproxy::Options toxiproxy = {};
};

// Runs the product until SIGTERM or SIGINT. SIGHUP reloads the configuration and reopens the
// journal, SIGUSR1 halts every fault; a second SIGTERM ends it without waiting. Prints one line on
// standard output when it is ready: `ready admin=ADDRESS NAME=ADDRESS...`. Gives the process's exit
// status.
int serve(const Served& served);

}  // namespace firedrill
