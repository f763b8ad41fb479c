#pragma once

#include <iosfwd>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::cli {

// What the process ends with.
enum class Exit : int {
  done = 0,
  failed = 1,  // refused, or it went wrong
  usage = 2,   // the command line itself is wrong
};

// An option as it is written and documented. Without `value` it is a flag.
struct Option {
  std::string_view name;   // "--for"
  std::string_view value;  // "DURATION"
  std::string_view help;
  std::string_view letter = {};  // "-c"
};

// A word that a command takes after its name.
struct Argument {
  enum class Count : std::uint8_t { one, at_most_one, at_least_one };
  std::string_view name;  // "NAME"
  std::string_view help;
  Count count = Count::one;
};

// What the user asked a command for, every option known and every argument in place.
class Invocation {
 public:
  struct Streams {
    std::ostream& out;
    std::ostream& err;
  };
  struct Words {
    std::vector<std::string> arguments;
    std::multimap<std::string, std::string, std::less<>> options;  // a flag has the value ""
  };

  Invocation(Words words, Streams streams) : words_(std::move(words)), streams_(streams) {}

  const std::vector<std::string>& arguments() const { return words_.arguments; }
  bool has(std::string_view option) const { return words_.options.contains(option); }
  // What was given last, or `otherwise`.
  std::string value(std::string_view option, std::string_view otherwise = "") const;
  // All that was given, in order.
  std::vector<std::string> values(std::string_view option) const;

  std::ostream& out() const { return streams_.out; }
  std::ostream& err() const { return streams_.err; }

 private:
  Words words_;
  Streams streams_;
};

// One command: from this come its parsing and its help.
struct Command {
  std::string_view name;  // "fault enable"
  std::string_view summary;
  std::vector<Argument> arguments = {};
  std::vector<Option> options = {};
  Exit (*run)(const Invocation&) = nullptr;
  std::string_view details = {};  // after the options in the help: examples and fine print
  // Instead of `run`: takes the words behind the name as they are, in a notation of its own.
  Exit (*run_words)(std::span<const std::string> words, const Invocation::Streams&) = nullptr;
};

}  // namespace firedrill::cli
