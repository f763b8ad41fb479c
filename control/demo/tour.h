#pragma once

#include "control/demo/addresses.h"

#include <string>

namespace firedrill::demo {

// Lines to copy and paste, each with what they will show, that let each of the incidents appear and
// vanish. `command` is how to call this binary.
std::string tour(const Addresses& addresses, const std::string& command);

}  // namespace firedrill::demo
