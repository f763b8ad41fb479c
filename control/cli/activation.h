#pragma once

#include "control/cli/command.h"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace firedrill::cli {

// What enabling a fault and enabling a profile have in common: --for, --lease and --reason, and the
// body that they become.
std::vector<Option> activation_options();
boost::json::object activation_of(const Invocation& call);

// --reason alone, for what ends or changes something.
Option reason_option();
boost::json::object reason_of(const Invocation& call);

// A line that says when clients will have forgotten what a fault or profile has told them; "" when
// they need to forget nothing.
std::string healing_of(const boost::json::value& reply);

}  // namespace firedrill::cli
