#include "control/cli/parse.h"

#include "proxy/core/fields.h"

#include <algorithm>
#include <optional>

namespace firedrill::cli {
namespace {

using Outcome = std::variant<Call, HelpRequest, Mistake>;

bool asks_for_help(const std::string& word) {
  return word == "--help" || word == "-h";
}

// Whether `name` is `prefix` or goes on after it with another word.
bool begins_with(std::string_view name, std::string_view prefix) {
  return name.starts_with(prefix) && (name.size() == prefix.size() || name[prefix.size()] == ' ');
}

// The words that may follow `prefix`, each once.
std::vector<std::string> next_words(std::span<const Command> commands, std::string_view prefix) {
  std::vector<std::string> words;
  for (const Command& command : commands) {
    if (!prefix.empty() && !begins_with(command.name, prefix)) continue;
    std::string_view rest = command.name.substr(prefix.empty() ? 0 : prefix.size() + 1);
    rest = rest.substr(0, rest.find(' '));
    if (std::ranges::find(words, rest) == words.end()) words.emplace_back(rest);
  }
  return words;
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

Mistake no_such_command(std::span<const Command> commands, const std::string& prefix,
                        const std::string& word) {
  const auto known = next_words(commands, prefix);
  const std::string near = suggestion(word, known);
  const std::string of = prefix.empty() ? "" : " " + prefix;
  if (word.empty()) return {"firedrill" + of + " needs one of " + join(known), prefix};
  const std::string command = prefix.empty() ? word : prefix + " " + word;
  return {"no command \"" + command + "\"" + (near.empty() ? "; there are " + join(known) : near),
          prefix};
}

// Reads what follows a command's name.
class Reader {
 public:
  Reader(const Command& command, std::span<const std::string> words)
      : command_(command), words_(words) {}

  Outcome read() {
    bool options_end = false;
    while (next_ < words_.size()) {
      const std::string& word = words_[next_++];
      if (options_end || word.size() < 2 || word.front() != '-') {
        call_.words.arguments.push_back(word);
      } else if (word == "--") {
        options_end = true;
      } else if (asks_for_help(word)) {
        return HelpRequest{std::string(command_.name)};
      } else if (auto wrong = read_option(word)) {
        return *wrong;
      }
    }
    if (auto wrong = check_arguments()) return *wrong;
    call_.command = &command_;
    return std::move(call_);
  }

 private:
  Mistake mistake(std::string what) const { return {std::move(what), std::string(command_.name)}; }

  std::optional<Mistake> read_option(const std::string& word) {
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::string name = word.substr(0, equals);
    const auto option = std::ranges::find_if(command_.options, [&](const Option& known) {
      return known.name == name || (!known.letter.empty() && known.letter == name);
    });
    if (option == command_.options.end()) return unknown(name);
    std::string value;
    if (option->value.empty()) {
      if (equals != word.size()) return mistake(name + " takes no value");
    } else if (equals != word.size()) {
      value = word.substr(equals + 1);
    } else if (next_ < words_.size()) {
      value = words_[next_++];
    } else {
      return mistake(name + " needs a value: " + name + " " + std::string(option->value));
    }
    call_.words.options.emplace(option->name, std::move(value));
    return std::nullopt;
  }

  Mistake unknown(const std::string& name) const {
    std::vector<std::string> known{"--help"};
    for (const Option& option : command_.options) known.emplace_back(option.name);
    const std::string near = suggestion(name, known);
    return mistake("no option " + name + (near.empty() ? "; there are " + join(known) : near));
  }

  std::optional<Mistake> check_arguments() const {
    const std::size_t given = call_.words.arguments.size();
    std::size_t place = 0;
    for (const Argument& argument : command_.arguments) {
      if (given <= place && argument.count != Argument::Count::at_most_one) {
        return mistake("firedrill " + std::string(command_.name) + " needs " +
                       std::string(argument.name));
      }
      place =
          argument.count == Argument::Count::at_least_one ? std::max(given, place + 1) : place + 1;
    }
    if (given <= place) return std::nullopt;
    return mistake("\"" + call_.words.arguments[place] + "\" is one word too many");
  }

  const Command& command_;
  std::span<const std::string> words_;
  std::size_t next_ = 0;
  Call call_;
};

}  // namespace

Outcome parse(std::span<const Command> commands, std::span<const std::string> words) {
  std::string prefix;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (asks_for_help(words[i])) return HelpRequest{prefix};
    const std::string name = prefix.empty() ? words[i] : prefix + " " + words[i];
    const auto is_it = [&](const Command& command) { return command.name == name; };
    if (const auto found = std::ranges::find_if(commands, is_it); found != commands.end()) {
      const auto rest = words.subspan(i + 1);
      if (found->run_words == nullptr) return Reader(*found, rest).read();
      return Call{&*found, {.arguments = {rest.begin(), rest.end()}, .options = {}}};
    }
    const auto leads = [&](const Command& command) { return begins_with(command.name, name); };
    if (std::ranges::none_of(commands, leads)) return no_such_command(commands, prefix, words[i]);
    prefix = name;
  }
  return no_such_command(commands, prefix, "");
}

}  // namespace firedrill::cli
