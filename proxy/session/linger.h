#pragma once

#include "proxy/session/stream.h"
#include "proxy/session/task.h"

#include <span>

namespace firedrill {

// Closes with RST once the peer has everything that was written, or after one second: an RST at
// once would take back bytes that are on their way.
Task<> reset_after_flush(Stream& stream, Wakeup& wakeup);

// Reads on for nobody until the peer has ended, or for one second: closing with bytes unread would
// be an RST, which could take back what the peer has not read yet. FIN has been sent; `wakeup` is
// the stream's reader.
Task<> read_to_end(Stream& stream, std::span<std::byte> scratch, Wakeup& wakeup);

}  // namespace firedrill
