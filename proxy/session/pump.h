#pragma once

#include "proxy/session/event_relay.h"
#include "proxy/session/outlet.h"
#include "proxy/session/pipe_pool.h"
#include "proxy/session/task.h"

#include <array>

namespace firedrill {

// One worker's read buffer. Sessions hold none while they wait.
using Scratch = std::array<std::byte, 64 * 1024>;

// What a worker lends to whatever pumps.
struct PumpTools {
  Scratch& scratch;
  PipePool& pipes;
};

// Carries everything that `from` receives into `to`, until either has ended; FIN and RST travel as
// what they are. `wakeup` is the pump's own: it must be the reader of `from` and the producer of
// `to`. Copies through the scratch buffer; what keeps filling it goes through a pipe uncopied,
// while no fault wants to see it. With `events` everything passes those, and no pipe.
Task<> pump(Stream& from, Outlet& to, Wakeup& wakeup, PumpTools tools,
            EventRelay* events = nullptr);

}  // namespace firedrill
