#include "control/cli/run.h"

#include "control/cli/commands.h"
#include "control/cli/help.h"
#include "control/cli/parse.h"

#include <ostream>

namespace firedrill::cli {

int run(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  const auto status = [](Exit exit) { return static_cast<int>(exit); };
  const auto& commands = all_commands();
  if (words.empty()) {
    err << help(commands, "");
    return status(Exit::usage);
  }
  auto outcome = parse(commands, words);
  if (const auto* request = std::get_if<HelpRequest>(&outcome)) {
    out << help(commands, request->about);
    return status(Exit::done);
  }
  if (const auto* mistake = std::get_if<Mistake>(&outcome)) {
    const std::string about = mistake->about.empty() ? "" : " " + mistake->about;
    err << "firedrill: " << mistake->what << "\nSee firedrill" << about << " --help.\n";
    return status(Exit::usage);
  }
  auto& call = std::get<Call>(outcome);
  const Invocation::Streams streams{.out = out, .err = err};
  if (call.command->run_words != nullptr) {
    return status(call.command->run_words(call.words.arguments, streams));
  }
  return status(call.command->run(Invocation(std::move(call.words), streams)));
}

}  // namespace firedrill::cli
