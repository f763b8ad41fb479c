#pragma once

#include "control/store.h"

#include <boost/json/array.hpp>

namespace firedrill::admin {

// The counters of each proxy's traffic. Nothing here tells of faults.
boost::json::array show_traffic(Store& store);

}  // namespace firedrill::admin
