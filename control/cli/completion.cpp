// firedrill completion: what a shell needs to complete our command lines, from the commands
// themselves.

#include "control/cli/commands.h"

#include <algorithm>
#include <array>
#include <ostream>

namespace firedrill::cli {
namespace {

// The beginnings of commands that are not whole: "" and "fault".
std::vector<std::string> groups() {
  std::vector<std::string> all{""};
  for (const Command& command : all_commands()) {
    const std::size_t space = command.name.find(' ');
    if (space == std::string_view::npos) continue;
    std::string group(command.name.substr(0, space));
    if (std::ranges::find(all, group) == all.end()) all.push_back(std::move(group));
  }
  return all;
}

struct Word {
  std::string text;
  std::string help;
};

// What may follow a beginning.
std::vector<Word> words_after(const std::string& group) {
  std::vector<Word> words;
  for (const Command& command : all_commands()) {
    std::string_view name = command.name;
    if (!group.empty()) {
      if (!name.starts_with(group + " ")) continue;
      name.remove_prefix(group.size() + 1);
    }
    const std::size_t space = name.find(' ');
    const std::string text(name.substr(0, space));
    if (std::ranges::find(words, text, &Word::text) != words.end()) continue;
    words.push_back({text, space == std::string_view::npos ? std::string(command.summary)
                                                           : text + " commands"});
  }
  return words;
}

std::string join(const std::vector<Word>& words) {
  std::string text;
  for (const Word& word : words) text += (text.empty() ? "" : " ") + word.text;
  return text;
}

std::string options_of(const Command& command) {
  std::string text = "--help";
  for (const Option& option : command.options) text += " " + std::string(option.name);
  return text;
}

// The group whose `ls` lists what the command's NAME may be; "" when there is none.
std::string names_of(const Command& command) {
  if (command.arguments.empty() || command.arguments.front().name != "NAME") return "";
  const std::string group(command.name.substr(0, command.name.find(' ')));
  const bool makes_one = command.name.ends_with(" create");
  const auto lists = [&](const Command& other) { return other.name == group + " ls"; };
  return !makes_one && std::ranges::any_of(all_commands(), lists) ? group : "";
}

constexpr std::string_view kNames =
    "_firedrill_names() {\n"
    "  firedrill \"$1\" ls 2>/dev/null | sed '1d; s/ .*//'\n"
    "}\n";

// The part that bash and zsh have in common: from $line, the words so far, to $candidates.
std::string cases() {
  std::string text = "  case $line in\n";
  for (const std::string& group : groups()) {
    text += "    '" + group + "') candidates='" + join(words_after(group)) + "' ;;\n";
  }
  for (const Command& command : all_commands()) {
    const std::string name(command.name);
    text += "    '" + name + "' | '" + name + " '*)\n";
    text += "      candidates='" + options_of(command) + "'\n";
    if (const std::string group = names_of(command); !group.empty()) {
      text += "      [[ $current == -* ]] || candidates=$(_firedrill_names " + group + ")\n";
    } else if (!command.arguments.empty() || command.name == "serve") {
      text += "      [[ $current == -* ]] || candidates=''\n";
    }
    text += "      ;;\n";
  }
  return text + "  esac\n";
}

constexpr std::string_view kBashHead =
    "_firedrill() {\n"
    "  local current=${COMP_WORDS[COMP_CWORD]} line='' candidates='' word\n"
    "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
    "    [[ $word == -* ]] || line+=${line:+ }$word\n"
    "  done\n";
constexpr std::string_view kBashTail =
    "  mapfile -t COMPREPLY < <(compgen -W \"$candidates\" -- \"$current\")\n"
    "}\n"
    "complete -o default -F _firedrill firedrill\n";

constexpr std::string_view kZshHead =
    "_firedrill() {\n"
    "  local current=${words[CURRENT]} line='' candidates='' word\n"
    "  for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
    "    [[ $word == -* ]] || line+=${line:+ }$word\n"
    "  done\n";
constexpr std::string_view kZshTail =
    "  if [[ -n $candidates ]]; then compadd -- ${=candidates}; else _files; fi\n"
    "}\n"
    "compdef _firedrill firedrill\n";

std::string bash() {
  std::string text(kNames);
  return text.append(kBashHead).append(cases()).append(kBashTail);
}

std::string zsh() {
  std::string text("#compdef firedrill\n");
  return text.append(kNames).append(kZshHead).append(cases()).append(kZshTail);
}

// Within the single quotes of fish.
std::string quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string fish() {
  std::string text =
      "function __firedrill_line\n"
      "  set -l line\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    string match -q -- '-*' $word; or set -a line $word\n"
      "  end\n"
      "  string join ' ' -- $line\n"
      "end\n"
      "function __firedrill_at\n"
      "  string match -qr -- $argv[1] (__firedrill_line | string collect --allow-empty)\n"
      "end\n"
      "function __firedrill_names\n"
      "  firedrill $argv[1] ls 2>/dev/null | sed '1d; s/ .*//'\n"
      "end\n";
  for (const std::string& group : groups()) {
    for (const Word& word : words_after(group)) {
      text += "complete -c firedrill -f -n " + quoted("__firedrill_at '^" + group + "$'") + " -a " +
              word.text + " -d " + quoted(word.help) + "\n";
    }
  }
  for (const Command& command : all_commands()) {
    const std::string at =
        " -n " + quoted("__firedrill_at '^" + std::string(command.name) + "( |$)'");
    for (const Option& option : command.options) {
      text += "complete -c firedrill" + at + " -l " + std::string(option.name.substr(2)) +
              (option.value.empty() ? "" : " -r") + " -d " + quoted(option.help) + "\n";
    }
    if (const std::string group = names_of(command); !group.empty())
      text += "complete -c firedrill -f" + at + " -a '(__firedrill_names " + group + ")'\n";
  }
  return text;
}

struct Shell {
  std::string_view name;
  std::string (*script)();
};
constexpr std::array<Shell, 3> kShells{{{"bash", bash}, {"zsh", zsh}, {"fish", fish}}};

Exit print(const Invocation& call) {
  const auto shell = std::ranges::find(kShells, call.arguments().front(), &Shell::name);
  if (shell == kShells.end()) {
    call.err() << "firedrill: there are completions for bash, zsh and fish, not for \""
               << call.arguments().front() << "\"\n";
    return Exit::usage;
  }
  call.out() << shell->script();
  return Exit::done;
}

}  // namespace

std::vector<Command> completion_commands() {
  return {{.name = "completion",
           .summary = "prints what makes a shell complete firedrill's command lines",
           .arguments = {{.name = "SHELL", .help = "bash, zsh or fish"}},
           .run = print,
           .details = "  bash: source <(firedrill completion bash)\n"
                      "  zsh:  source <(firedrill completion zsh), after compinit\n"
                      "  fish: firedrill completion fish | source"}};
}

}  // namespace firedrill::cli
