#include "control/cli/go_flags.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

namespace firedrill::cli {
namespace {

std::optional<std::string> boolean(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTrue{"1", "t", "T", "true", "TRUE", "True"};
  constexpr std::array<std::string_view, 6> kFalse{"0", "f", "F", "false", "FALSE", "False"};
  if (std::ranges::find(kTrue, text) != kTrue.end()) return "true";
  if (std::ranges::find(kFalse, text) != kFalse.end()) return "false";
  return std::nullopt;
}

std::optional<std::string> integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return std::to_string(number);
}

std::optional<std::string> read(const GoFlag& flag, const std::string& value) {
  if (flag.kind == GoFlag::Kind::boolean) return boolean(value);
  if (flag.kind == GoFlag::Kind::integer) return integer(value);
  return value;
}

}  // namespace

std::variant<GoFlagValues, GoFlagMistake, GoFlagHelp> parse_go_flags(
    std::span<const GoFlag> flags, std::span<const std::string> words) {
  GoFlagValues values;
  for (const GoFlag& flag : flags) values.emplace(flag.name, flag.otherwise);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.size() < 2 || word.front() != '-' || word == "--") break;
    const std::size_t dashes = word[1] == '-' ? 2 : 1;
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::string name = word.substr(dashes, equals - std::min(equals, dashes));
    if (name.empty() || name.front() == '-') return GoFlagMistake{"bad flag syntax: " + word};
    const auto flag = std::ranges::find(flags, name, &GoFlag::name);
    if (flag == flags.end()) {
      if (name == "h" || name == "help") return GoFlagHelp{};
      return GoFlagMistake{"flag provided but not defined: -" + name};
    }
    std::string value = "true";
    if (equals < word.size()) {
      value = word.substr(equals + 1);
    } else if (flag->kind != GoFlag::Kind::boolean) {
      if (i + 1 == words.size()) return GoFlagMistake{"flag needs an argument: -" + name};
      value = words[++i];
    }
    const auto understood = read(*flag, value);
    if (!understood) {
      return GoFlagMistake{"invalid value \"" + value + "\" for flag -" + name + ": parse error"};
    }
    values[name] = *understood;
  }
  return values;
}

std::string describe_go_flags(std::span<const GoFlag> flags) {
  std::string text;
  for (const GoFlag& flag : flags) {
    text += "  -" + std::string(flag.name);
    if (flag.kind == GoFlag::Kind::text) text += " string";
    if (flag.kind == GoFlag::Kind::integer) text += " int";
    text += "\n    \t" + std::string(flag.help);
    if (flag.kind == GoFlag::Kind::text && !flag.otherwise.empty()) {
      text += " (default \"" + std::string(flag.otherwise) + "\")";
    }
    text += '\n';
  }
  return text;
}

}  // namespace firedrill::cli
