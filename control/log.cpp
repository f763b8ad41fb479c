#include "control/log.h"

#include "proxy/core/rfc3339.h"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill::log {
namespace {

Options current;

std::string_view name(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "error";
}

std::string json_string(std::string_view text) {
  return boost::json::serialize(boost::json::value(text));
}

// Each behind a comma.
std::string json_members(const std::vector<Field>& fields) {
  std::string members;
  for (const Field& field : fields) {
    members.append(",").append(json_string(field.key())).append(":");
    members.append(field.quoted() ? json_string(field.text()) : std::string(field.text()));
  }
  return members;
}

// RFC 3339 in whole seconds.
std::string without_fraction(std::string_view time) {
  const std::size_t dot = time.find('.');
  if (dot == time.npos) return std::string(time);
  return std::string(time.substr(0, dot)).append("Z");
}

// A logfmt value: bare where it can be, else quoted with JSON's escapes.
std::string logfmt_value(std::string_view text) {
  const bool bare = !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return c > ' ' && c != '"' && c != '=' && c != '\\' && c != 0x7f;
  });
  return bare ? std::string(text) : json_string(text);
}

void write(Level level, std::string_view message, Fields fields) {
  if (level < current.least) return;
  const std::string line = render(current.format, rfc3339(std::chrono::system_clock::now()), level,
                                  message, std::vector<Field>(fields));
  // A log that cannot be written is nothing that we could report, and no reason to stop.
  const int out = current.output == Output::standard_output ? STDOUT_FILENO : STDERR_FILENO;
  [[maybe_unused]] const auto written = ::write(out, line.data(), line.size());
}

}  // namespace

void configure(Options options) {
  current = options;
}

void debug(std::string_view message, Fields fields) {
  write(Level::debug, message, fields);
}
void info(std::string_view message, Fields fields) {
  write(Level::info, message, fields);
}
void warning(std::string_view message, Fields fields) {
  write(Level::warning, message, fields);
}
void error(std::string_view message, Fields fields) {
  write(Level::error, message, fields);
}

std::string render(Format format, std::string_view time, Level level, std::string_view message,
                   const std::vector<Field>& fields) {
  if (format == Format::zerolog) {
    const std::string_view word = level == Level::warning ? "warn" : name(level);
    return "{\"level\":" + json_string(word) + json_members(fields) +
           ",\"time\":" + json_string(without_fraction(time)) +
           ",\"message\":" + json_string(message) + "}\n";
  }
  if (format == Format::json) {
    return "{\"time\":" + json_string(time) + ",\"level\":" + json_string(name(level)) +
           ",\"msg\":" + json_string(message) + json_members(fields) + "}\n";
  }
  std::string line = "time=" + std::string(time) + " level=" + std::string(name(level)) +
                     " msg=" + json_string(message);
  for (const Field& field : fields) {
    line += ' ' + std::string(field.key()) + '=' + logfmt_value(field.text());
  }
  return line + '\n';
}

Throttle::Decision Throttle::ask(TimePoint now) {
  if (now < next_) {
    ++suppressed_;
    return {.log = false, .suppressed = suppressed_};
  }
  next_ = now + period_;
  return {.log = true, .suppressed = std::exchange(suppressed_, 0)};
}

}  // namespace firedrill::log
