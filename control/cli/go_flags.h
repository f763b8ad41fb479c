#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace firedrill::cli {

// A flag of a program that is written in Go.
struct GoFlag {
  enum class Kind { text, integer, boolean };
  std::string_view name;  // without dashes
  Kind kind = Kind::text;
  std::string_view help;
  std::string_view otherwise = {};  // its value when it is not given
};

// The values of all flags, with those that were not given.
using GoFlagValues = std::map<std::string, std::string, std::less<>>;

struct GoFlagMistake {
  std::string what;  // in the words of Go's package flag
};
struct GoFlagHelp {};

// Reads `-name value`, `-name=value` and, for a boolean, `-name`, each with one dash or two, up to
// the first word that is no flag.
std::variant<GoFlagValues, GoFlagMistake, GoFlagHelp> parse_go_flags(
    std::span<const GoFlag> flags, std::span<const std::string> words);

// What a Go program says of its flags.
std::string describe_go_flags(std::span<const GoFlag> flags);

}  // namespace firedrill::cli
