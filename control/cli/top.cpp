// firedrill top.

#include "control/cli/api.h"
#include "control/cli/commands.h"
#include "control/cli/json_text.h"
#include "control/cli/top_table.h"
#include "proxy/core/kind.h"
#include "proxy/core/time.h"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>

#include <unistd.h>

#include <charconv>
#include <iostream>
#include <limits>

namespace firedrill::cli {
namespace {

// A terminal is drawn over; what is written elsewhere goes on below.
constexpr std::string_view kHome = "\x1b[H\x1b[2J";

Result<Look> look(const Invocation& call) {
  auto stats = get(call, "/v1/stats");
  if (!stats) return stats.error();
  auto faults = get(call, "/v1/faults");
  if (!faults) return faults.error();
  return Look{.stats = std::move(*stats), .faults = std::move(*faults)};
}

struct Pace {
  Duration interval = std::chrono::seconds(1);
  std::uint64_t count = std::numeric_limits<std::uint64_t>::max();
};

Result<Pace> pace_of(const Invocation& call) {
  Pace pace;
  Problems problems;
  if (call.has("--interval")) {
    pace.interval =
        Kind<Duration>::read(Value::string(call.value("--interval")), "--interval", problems)
            .value_or(pace.interval);
    if (pace.interval < std::chrono::milliseconds(100))
      problems.push_back({"--interval", "must be at least 100ms"});
  }
  if (call.has("--count")) {
    const std::string text = call.value("--count");
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, pace.count);
    if (read.ec != std::errc() || read.ptr != end || pace.count == 0)
      problems.push_back({"--count", "must be a number from 1"});
  }
  if (!problems.empty()) return problems;
  return pace;
}

Exit top(const Invocation& call) {
  const auto pace = pace_of(call);
  if (!pace) {
    refused(call, pace.error());
    return Exit::usage;
  }
  const bool draws = call.out().rdbuf() == std::cout.rdbuf() && ::isatty(STDOUT_FILENO) == 1 &&
                     !call.has("--json");
  boost::asio::io_context context;
  auto before = look(call);
  TimePoint then = Clock::now();
  for (std::uint64_t i = 0; i < pace->count; ++i) {
    if (!before) return refused(call, before.error());
    boost::asio::basic_waitable_timer<Clock>(context, then + pace->interval).wait();
    auto now = look(call);
    if (!now) return refused(call, now.error());
    const TimePoint at = Clock::now();
    const double seconds = std::chrono::duration<double>(at - then).count();
    if (draws) call.out() << kHome;
    if (call.has("--json")) {
      call.out() << pretty(top_json(*before, *now, seconds));
    } else {
      call.out() << (i == 0 || draws ? "" : "\n") << top_text(*before, *now, seconds);
    }
    call.out().flush();
    if (!call.out()) return Exit::done;
    before = std::move(now);
    then = at;
  }
  return Exit::done;
}

}  // namespace

std::vector<Command> top_commands() {
  return {
      {.name = "top",
       .summary = "shows connections, rates, latencies and active faults as they change",
       .options =
           with_api_options({{.name = "--interval",
                              .value = "DURATION",
                              .help = "between two looks; 1s when not given"},
                             {.name = "--count",
                              .value = "N",
                              .help = "ends after as many looks; else when it is interrupted"}}),
       .run = top,
       .details = "FAIL is the share of responses 5xx, or of answers that are neither NOERROR nor\n"
                  "NXDOMAIN; P50 and P99 are estimates from the buckets of the histogram."}};
}

}  // namespace firedrill::cli
