#pragma once

#include "proxy/core/time.h"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

// The operator's log: one record a line on standard error. It tells of start, stop, configuration
// changes and refusals. Standard error of a sidecar is what trainees read, so callers never log a
// word about a fault or a drill: those belong to the journal.
namespace firedrill::log {

enum class Level : std::uint8_t { debug, info, warning, error };
enum class Format : std::uint8_t {
  logfmt,
  json,
  zerolog,  // as Toxiproxy writes it: level, fields, time, message
};
enum class Output : std::uint8_t { standard_error, standard_output };

struct Options {
  Level least = Level::info;
  Format format = Format::logfmt;
  Output output = Output::standard_error;
};

// A key with a value that keeps its type, so that JSON can show numbers as such.
class Field {
 public:
  Field(std::string_view key, std::string_view text) : key_(key), text_(text), quoted_(true) {}
  Field(std::string_view key, const char* text) : Field(key, std::string_view(text)) {}
  Field(std::string_view key, const std::string& text) : Field(key, std::string_view(text)) {}
  Field(std::string_view key, bool flag) : key_(key), text_(flag ? "true" : "false") {}
  Field(std::string_view key, std::integral auto number)
      : key_(key), text_(std::to_string(number)) {}

  std::string_view key() const { return key_; }
  std::string_view text() const { return text_; }
  bool quoted() const { return quoted_; }  // in JSON

 private:
  std::string_view key_;
  std::string text_;
  bool quoted_ = false;
};
using Fields = std::initializer_list<Field>;

// To be called before other threads log. Until then records from `info` up are logfmt.
void configure(Options options);

// Safe from any thread: a record is one write.
void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warning(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

// The line of one record, with its line feed. Control characters are escaped, so that nothing in a
// field can forge a second record.
std::string render(Format format, std::string_view time, Level level, std::string_view message,
                   const std::vector<Field>& fields);

// Lets one of a run of alike warnings through per `period` and counts the others. It belongs to the
// one thread that asks it.
class Throttle {
 public:
  explicit Throttle(Duration period) : period_(period) {}

  struct Decision {
    bool log;
    std::uint64_t suppressed;  // since the last that was let through
  };
  Decision ask(TimePoint now);

 private:
  Duration period_;
  TimePoint next_ = TimePoint::min();
  std::uint64_t suppressed_ = 0;
};

}  // namespace firedrill::log
