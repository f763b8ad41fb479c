#include "control/cli/commands.h"

namespace firedrill::cli {

const std::vector<Command>& all_commands() {
  static const std::vector<Command> commands = [] {
    std::vector<Command> all;
    for (const auto& group :
         {process_commands(), toxiproxy_commands(), fault_commands(), fault_type_commands(),
          profile_commands(), proxy_commands(), safety_commands(), explain_commands(),
          persona_commands(), state_commands(), top_commands(), completion_commands()}) {
      all.insert(all.end(), group.begin(), group.end());
    }
    return all;
  }();
  return commands;
}

}  // namespace firedrill::cli
