#pragma once

#include "control/store.h"

#include <boost/json/object.hpp>

#include <vector>

namespace firedrill {

// What a reload changes, for the journal: the names of the proxies and faults that it adds, changes
// and removes, and of the faults that it starts and ends.
boost::json::object reload_diff(const std::vector<Proxy>& proxies_before,
                                const std::vector<Proxy>& proxies_after,
                                const std::vector<Fault>& faults_before,
                                const std::vector<Fault>& faults_after);

}  // namespace firedrill
