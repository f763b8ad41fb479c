#pragma once

#include "control/cli/command.h"
#include "proxy/core/result.h"

#include <boost/json/object.hpp>

#include <string_view>

namespace firedrill::cli {

// What an option that is given as `key=value`, any number of times, says as an object. A value is
// JSON when it reads as such; a key that is given again makes a list. Texts without a key are
// problems.
boost::json::object key_values(const Invocation& call, std::string_view option, Problems& problems);

}  // namespace firedrill::cli
