#pragma once

#include "control/cli/command.h"
#include "proxy/core/result.h"

#include <boost/json/object.hpp>

#include <vector>

namespace firedrill::cli {

// The options of `fault create` that say what the fault is, and the definition that they become:
// what one would write under `faults:` in a configuration file. `--with` and `--match` take
// `key=value`, where the value is JSON if it reads as such; a key that is given again makes a list.
std::vector<Option> definition_options();
Result<boost::json::object> definition_of(const Invocation& call);

}  // namespace firedrill::cli
