#pragma once

#include "control/store.h"
#include "control/toxiproxy/toxic.h"

#include <functional>
#include <string>
#include <vector>

namespace firedrill::toxiproxy {

// The definition of the fault that a toxic of a proxy is. What it can't say of the toxic (names,
// numbers out of range) stands in its label `toxic`, and counts for as long as the rest agrees with
// it: an edit of the fault shows in the toxic.
Value definition_of(const Toxic& toxic, const std::string& proxy);

// A fault that acts as a toxic now.
struct ActiveToxic {
  Toxic toxic;
  const Fault* fault;
};

// The toxics of a proxy: those of its upstream stream, then the others, each in the order in which
// traffic meets them. A fault that no toxic can say is none: one of another type, on several
// proxies, or for a part of the clients. `store` must not change while they are used.
std::vector<ActiveToxic> toxics_of(const Store& store, const std::string& proxy);

// What ends these faults: those that were made as toxics are removed, others are only disabled, and
// so are those that a profile has.
Store::Ended ending_of(const Store& store, const std::vector<const Fault*>& faults);

// Every fault that was made as a toxic, active or not, and every other that is one now.
std::vector<const Fault*> all_toxics(const Store& store);

// A name for the fault of a toxic, made of the proxy's and the toxic's, that is not `taken`.
std::string fault_name(const std::string& proxy, const std::string& toxic,
                       const std::function<bool(const std::string&)>& taken);

// The definition of a fault with what the toxic that it is has become.
Value redefined(const FaultConfig& fault, const Toxic& toxic);

}  // namespace firedrill::toxiproxy
