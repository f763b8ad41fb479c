#pragma once

#include "control/admin/api.h"
#include "control/admin/server.h"

namespace firedrill::admin {

// From now until `server` ends, its event streams get each change of the store as it happens, and
// the counters each `period` while anybody follows. `api` must outlive the server.
void feed_events(Server& server, Api& api, Duration period = std::chrono::seconds(1));

}  // namespace firedrill::admin
