#pragma once

#include "control/store.h"

#include <optional>

namespace firedrill {

// The longest that a client may keep an answer of the fault's, as far as its configuration tells;
// zero when nothing of it is kept.
Duration injected_ttl(const FaultConfig& fault);

// Until when answers may be kept that the fault has given in what ends now: an activation, or one
// as it was before an edit.
TimePoint kept_until(const Fault& ending, TimePoint now);

// The moment after which no client can hold an answer of the fault's any more, whatever keeps it
// active until its deadline. Answers of the upstream's that the fault changes count with those that
// have been given until now. Nothing when no client can already, or it is not known when it ends.
std::optional<TimePoint> healed_by(const Fault& fault, TimePoint now);

}  // namespace firedrill
