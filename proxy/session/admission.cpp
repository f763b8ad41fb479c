#include "proxy/session/admission.h"

#include <algorithm>

namespace firedrill {

Task<AcceptVerdict::Action> admit(ProxyContext& proxy, ConnectionFaults& faults, Stream& client,
                                  Wakeup& wakeup) {
  using Action = AcceptVerdict::Action;
  // A slot may become free on another worker, which has nobody to tell.
  constexpr Duration kPace = std::chrono::milliseconds(10);
  const TimePoint start = proxy.loop.now();
  for (;;) {
    if (client.broken()) co_return Action::reset;
    const TimePoint now = proxy.loop.now();
    const AcceptVerdict verdict = faults.on_accept(proxy.rules(), now);
    const bool waits = verdict.action == Action::serve || verdict.action == Action::queue;
    const TimePoint due = start + verdict.delay;
    if (!waits || (verdict.action == Action::serve && due <= now)) co_return verdict.action;
    const TimePoint until = verdict.action == Action::queue ? std::max(due, now + kPace) : due;
    co_await wakeup.wait_until(until);
  }
}

}  // namespace firedrill
