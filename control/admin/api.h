#pragma once

#include "control/store.h"

#include <functional>

namespace firedrill::admin {

class Server;

// What the handlers of the admin API work on. All of it outlives the server.
struct Api {
  Store& store;
  // Loads the configuration again and applies it; gives the changed settings that wait for a
  // restart.
  std::function<Change<std::vector<std::string>>(const Actor&)> reload;
  // False once the process has been told to end.
  std::function<bool()> ready;
};

// Sends each change of the store, and once a second its counters, to the event streams of `server`.
// To be called once, on the server's thread.
void publish_changes(Store& store, Server& server);

}  // namespace firedrill::admin
