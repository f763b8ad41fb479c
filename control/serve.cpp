#include "control/serve.h"

#include "control/config/watch.h"
#include "control/instance.h"
#include "control/log.h"

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <optional>
#include <utility>

namespace firedrill {
namespace {

// The signals that the main thread waits for; blocked in every thread, so that none is interrupted.
sigset_t awaited_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&signals, signal);
  return signals;
}

// Each connection takes two descriptors: use all that the user is allowed.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void reload(Instance& instance) {
  const Problems problems = instance.reload({.who = "signal"});
  if (problems.empty()) log::info("the configuration was reloaded");
}

// Waits for one of `signals` for at most `longest`. Gives 0 when none has come.
int wait_for_signal(const sigset_t& signals, Duration longest) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const timespec limit{.tv_sec = longest.count() / kSecond, .tv_nsec = longest.count() % kSecond};
  const int signal = sigtimedwait(&signals, nullptr, &limit);
  return signal > 0 ? signal : 0;
}

// Until SIGTERM or SIGINT.
void run(Instance& instance, const sigset_t& signals, std::optional<ConfigWatch> watch) {
  constexpr Duration kWatchPace = std::chrono::seconds(1);
  constexpr Duration kLong = std::chrono::hours(1);
  for (;;) {
    const int signal = wait_for_signal(signals, watch ? kWatchPace : kLong);
    if (signal == SIGTERM || signal == SIGINT) return;
    const bool changed = watch && watch->changed();
    if (signal == SIGHUP || changed) reload(instance);
    if (signal == SIGUSR1) instance.halt({.who = "signal"});
  }
}

// Not ready, then no new connections, then no more, all before the deadline: each step ends early
// when a second signal says so.
void drain(Instance& instance, const sigset_t& signals) {
  constexpr Duration kPace = std::chrono::milliseconds(20);
  const TimePoint told = Clock::now();
  const DrainConfig config = instance.drain_config();
  const auto wait = [&](Duration longest, const auto& over) {
    while (Clock::now() < told + longest && !over()) {
      const int signal = wait_for_signal(signals, kPace);
      if (signal == SIGTERM || signal == SIGINT) return false;
      if (signal == SIGUSR1) instance.halt({.who = "signal"});
    }
    return true;
  };
  instance.announce_end();
  if (!wait(std::min(config.delay, config.deadline), [] { return false; })) return;
  instance.begin_drain();
  wait(config.deadline, [&] { return instance.drained(); });
}

}  // namespace

void print_ready(Instance& instance) {
  std::string line = "ready admin=" + instance.admin_address();
  for (const auto& [name, address] : instance.listeners()) line += " " + name + "=" + address;
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
  log::info("started", {{"admin", instance.admin_address()}});
}

int serve(const Served& served) {
  std::signal(SIGPIPE, SIG_IGN);
  const sigset_t signals = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto inherited = InheritedSockets::from_environment();
  if (inherited.has_error()) {
    std::fprintf(stderr, "%s\n", describe(inherited.error()).c_str());
    return 1;
  }
  raise_descriptor_limit();
  std::optional<ConfigWatch> watch;
  if (!served.watched.empty()) watch.emplace(served.watched);
  Loaded loaded = served.load();
  for (const FileProblem& problem : loaded.problems)
    std::fprintf(stderr, "%s\n", problem.text().c_str());
  if (!loaded.config) return 1;
  if (!loaded.config->watch) watch.reset();
  auto started = Instance::start(std::move(*loaded.config), served.load, served.toxiproxy,
                                 std::move(*inherited));
  if (started.has_error()) {
    std::fprintf(stderr, "%s\n", describe(started.error()).c_str());
    return 1;
  }
  Instance& instance = **started;
  served.announce(instance);
  run(instance, signals, std::move(watch));
  log::info(served.farewell);
  drain(instance, signals);
  log::info("stopped");
  return 0;
}

}  // namespace firedrill
