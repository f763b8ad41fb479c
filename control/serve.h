#pragma once

#include <string>

namespace firedrill {

struct ServeOptions {
  std::string config;        // a file or a directory
  std::string admin_listen;  // instead of the configuration's; "" for that
};

// Runs the product until SIGTERM or SIGINT. SIGHUP reloads the configuration and reopens the
// journal, SIGUSR1 halts every fault; a second SIGTERM ends it without waiting. Prints one line on
// standard output when it is ready: `ready admin=ADDRESS NAME=ADDRESS...`. Gives the process's exit
// status.
int serve(const ServeOptions& options);

}  // namespace firedrill
