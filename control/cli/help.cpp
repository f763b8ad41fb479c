#include "control/cli/help.h"

#include "control/cli/table.h"

#include <algorithm>

namespace firedrill::cli {
namespace {

std::string usage_of(const Argument& argument) {
  const std::string name(argument.name);
  switch (argument.count) {
    case Argument::Count::one:
      return name;
    case Argument::Count::at_most_one:
      return "[" + name + "]";
    case Argument::Count::at_least_one:
      return name + "...";
  }
  return name;
}

std::string words_of(const Option& option) {
  std::string words = option.letter.empty() ? "" : std::string(option.letter) + ", ";
  words += option.name;
  if (!option.value.empty()) words += " " + std::string(option.value);
  return words;
}

std::string help_for(const Command& command) {
  std::string text = "usage: firedrill " + std::string(command.name);
  for (const Argument& argument : command.arguments) text += " " + usage_of(argument);
  text += " [OPTION...]\n\n" + std::string(command.summary) + "\n\n";
  Table table;
  for (const Argument& argument : command.arguments) {
    table.add({"  " + std::string(argument.name), std::string(argument.help)});
  }
  for (const Option& option : command.options) {
    table.add({"  " + words_of(option), std::string(option.help)});
  }
  table.add({"  -h, --help", "shows this"});
  text += table.text();
  if (!command.details.empty()) text += "\n" + std::string(command.details) + "\n";
  return text;
}

std::string list(std::span<const Command> commands, std::string_view prefix) {
  Table table;
  for (const Command& command : commands) {
    const std::string_view name = command.name;
    if (!prefix.empty() && !name.starts_with(std::string(prefix) + " ")) continue;
    table.add({"  " + std::string(name), std::string(command.summary)});
  }
  return table.text();
}

}  // namespace

std::string help(std::span<const Command> commands, std::string_view about) {
  const auto command = std::ranges::find(commands, about, &Command::name);
  if (command != commands.end()) return help_for(*command);
  if (!about.empty()) {
    return "usage: firedrill " + std::string(about) + " COMMAND [OPTION...]\n\n" +
           list(commands, about) + "\nfiredrill " + std::string(about) +
           " COMMAND --help says more of one.\n";
  }
  return "usage: firedrill COMMAND [OPTION...]\n\n"
         "A network fault proxy for staging: it forwards traffic, and breaks it on request.\n\n" +
         list(commands, about) +
         "\nfiredrill COMMAND --help says more of one. What speaks to a running firedrill takes "
         "its\n"
         "address from --admin or FIREDRILL_ADMIN, and a token from --token-file or "
         "FIREDRILL_TOKEN.\n"
         "It ends with 0 when done, 1 when refused or failed, 2 when the command line is wrong.\n";
}

}  // namespace firedrill::cli
