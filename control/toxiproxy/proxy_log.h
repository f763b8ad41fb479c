#pragma once

#include "control/store.h"

namespace firedrill::toxiproxy {

// Logs, in the words of the original, each proxy that listens, and from now on each that begins or
// ceases to.
void log_proxies(Store& store);

}  // namespace firedrill::toxiproxy
