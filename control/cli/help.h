#pragma once

#include "control/cli/command.h"

#include <span>
#include <string>
#include <string_view>

namespace firedrill::cli {

// The help for one command, for those that begin with a word such as "fault", or for all of them
// when `about` is empty; all from the same table that the parser reads.
std::string help(std::span<const Command> commands, std::string_view about);

}  // namespace firedrill::cli
