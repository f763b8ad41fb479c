#pragma once

#include "control/cli/command.h"

#include <vector>

namespace firedrill::cli {

// Every command, in the order of the overview.
const std::vector<Command>& all_commands();

// The commands of each file of this directory.
std::vector<Command> process_commands();  // serve, check, demo, version
std::vector<Command> toxiproxy_commands();
std::vector<Command> proxy_commands();
std::vector<Command> fault_commands();
std::vector<Command> fault_type_commands();
std::vector<Command> profile_commands();
std::vector<Command> safety_commands();  // halt, unlock
std::vector<Command> explain_commands();
std::vector<Command> persona_commands();
std::vector<Command> state_commands();  // config, reload, events
std::vector<Command> top_commands();
std::vector<Command> completion_commands();

}  // namespace firedrill::cli
