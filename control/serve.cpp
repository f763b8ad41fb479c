#include "control/serve.h"

#include "control/instance.h"
#include "control/log.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>

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

std::optional<Config> load(const Instance::Loader& loader) {
  Loaded loaded = loader();
  for (const FileProblem& problem : loaded.problems)
    std::fprintf(stderr, "%s\n", problem.text().c_str());
  return std::move(loaded.config);
}

void print_ready(Instance& instance) {
  std::string line = "ready admin=" + instance.admin_address();
  for (const auto& [name, address] : instance.listeners()) line += " " + name + "=" + address;
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

void reload(Instance& instance) {
  const Problems problems = instance.reload({.who = "signal"});
  for (const Problem& problem : problems) {
    log::error("the configuration was not reloaded", {{"problem", describe({problem})}});
  }
  if (problems.empty()) log::info("the configuration was reloaded");
}

// What the watch compares: a mounted ConfigMap changes by the swap of a symlink, which these see.
struct FileState {
  ino_t inode = 0;
  timespec changed{};
  bool operator==(const FileState& other) const {
    return inode == other.inode && changed.tv_sec == other.changed.tv_sec &&
           changed.tv_nsec == other.changed.tv_nsec;
  }
};

FileState state_of(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return {};
  return {.inode = status.st_ino, .changed = status.st_mtim};
}

// Waits for one of `signals` for at most `longest`. Gives 0 when none has come.
int wait_for_signal(const sigset_t& signals, Duration longest) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const timespec limit{.tv_sec = longest.count() / kSecond, .tv_nsec = longest.count() % kSecond};
  const int signal = sigtimedwait(&signals, nullptr, &limit);
  return signal > 0 ? signal : 0;
}

// Until SIGTERM or SIGINT.
void run(Instance& instance, const sigset_t& signals, const std::string& watched) {
  constexpr Duration kWatchPace = std::chrono::seconds(1);
  constexpr Duration kLong = std::chrono::hours(1);
  FileState state = state_of(watched);
  for (;;) {
    const int signal = wait_for_signal(signals, watched.empty() ? kLong : kWatchPace);
    if (signal == SIGTERM || signal == SIGINT) return;
    const FileState now = state_of(watched);
    const bool changed = !(now == state);
    state = now;
    if (signal == SIGHUP || changed) reload(instance);
    if (signal == SIGUSR1) instance.halt({.who = "signal"});
  }
}

// Not ready, then no new connections, then no more: each step ends early when a second signal says
// so.
void drain(Instance& instance, const sigset_t& signals) {
  constexpr Duration kPace = std::chrono::milliseconds(20);
  const DrainConfig config = instance.drain_config();
  const auto wait = [&](Duration longest, const auto& over) {
    const TimePoint end = Clock::now() + longest;
    while (Clock::now() < end && !over()) {
      const int signal = wait_for_signal(signals, kPace);
      if (signal == SIGTERM || signal == SIGINT) return false;
    }
    return true;
  };
  instance.announce_end();
  if (!wait(config.delay, [] { return false; })) return;
  instance.begin_drain();
  wait(config.deadline, [&] { return instance.drained(); });
}

}  // namespace

int serve(const Served& served) {
  std::signal(SIGPIPE, SIG_IGN);
  const sigset_t signals = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  raise_descriptor_limit();
  auto config = load(served.load);
  if (!config) return 1;
  const std::string watched = config->watch ? served.watched : "";
  auto started = Instance::start(std::move(*config), served.load, served.toxiproxy);
  if (started.has_error()) {
    std::fprintf(stderr, "%s\n", describe(started.error()).c_str());
    return 1;
  }
  Instance& instance = **started;
  log::info("started", {{"admin", instance.admin_address()}});
  print_ready(instance);
  run(instance, signals, watched);
  log::info("stopping");
  drain(instance, signals);
  log::info("stopped");
  return 0;
}

}  // namespace firedrill
