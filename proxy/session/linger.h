#pragma once

#include "proxy/session/stream.h"
#include "proxy/session/task.h"

namespace firedrill {

// Closes with RST once the peer has everything that was written, or after one second: an RST at
// once would take back bytes that are on their way.
Task<> reset_after_flush(Stream& stream, Wakeup& wakeup);

}  // namespace firedrill
