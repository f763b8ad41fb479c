#pragma once

#include "proxy/session/connection_faults.h"
#include "proxy/session/session.h"

namespace firedrill {

// Lets an accepted connection wait for as long as the tcp faults that are active want it, and says
// what is to become of it: never queue. `wakeup` is the session's own and the client's reader; it
// is to be notified when the rules change.
Task<AcceptVerdict::Action> admit(ProxyContext& proxy, ConnectionFaults& faults, Stream& client,
                                  Wakeup& wakeup);

}  // namespace firedrill
