#pragma once

#include "control/instance.h"

#include <functional>
#include <string>

namespace firedrill {

// Prints `ready admin=ADDRESS NAME=ADDRESS...`.
void print_ready(Instance& instance);

// What a process serves, however its command line is written.
struct Served {
  Instance::Loader load;     // the configuration
  std::string watched = {};  // where it is loaded from, for `watch: true`
  toxiproxy::Options toxiproxy = {};
  // Tells that it is ready, and where it listens; on standard output, a line for programs.
  std::function<void(Instance&)> announce = print_ready;
  const char* farewell = "stopping";  // what is logged when it is told to end
};

// Runs the product until SIGTERM or SIGINT. SIGHUP reloads the configuration and reopens the
// journal, SIGUSR1 halts every fault; a second SIGTERM ends it without waiting. Takes over the
// sockets that its starter has opened for it. Gives the process's exit status.
int serve(const Served& served);

}  // namespace firedrill
