#pragma once

#include "control/cli/command.h"

#include <span>
#include <string>
#include <variant>

namespace firedrill::cli {

// A command line that asks for what a command does.
struct Call {
  const Command* command = nullptr;
  Invocation::Words words;  // only the arguments, as they stand, when it reads its words itself
};

// One that asks for help: about a command, about those that begin with a word, or about all.
struct HelpRequest {
  std::string about;
};

// One that is wrong.
struct Mistake {
  std::string what;   // and how it is right
  std::string about;  // the command whose help says more; "" for all
};

// Reads the words after the program's own name. Options may stand anywhere behind the command, as
// `--for 10m` or `--for=10m`; behind `--` nothing is an option.
std::variant<Call, HelpRequest, Mistake> parse(std::span<const Command> commands,
                                               std::span<const std::string> words);

}  // namespace firedrill::cli
