// firedrill serve, check, demo, version.

#include "control/cli/commands.h"
#include "control/cli/process_name.h"
#include "control/config/load.h"
#include "control/demo/demo.h"
#include "control/log.h"
#include "control/serve.h"
#include "proxy/core/kind.h"

#include <ostream>

namespace firedrill {

template <>
struct Names<log::Level> {
  static constexpr std::pair<std::string_view, log::Level> kAll[] = {
      {"debug", log::Level::debug},
      {"info", log::Level::info},
      {"warning", log::Level::warning},
      {"error", log::Level::error}};
};
template <>
struct Kind<log::Level> : EnumKind<log::Level> {};

template <>
struct Names<log::Format> {
  static constexpr std::pair<std::string_view, log::Format> kAll[] = {
      {"logfmt", log::Format::logfmt}, {"json", log::Format::json}};
};
template <>
struct Kind<log::Format> : EnumKind<log::Format> {};

}  // namespace firedrill

namespace firedrill::cli {
namespace {

template <class T>
T choice(const Invocation& call, std::string_view option, T otherwise, Problems& problems) {
  if (!call.has(option)) return otherwise;
  return Kind<T>::read(Value::string(call.value(option)), std::string(option), problems)
      .value_or(otherwise);
}

Exit start(const Invocation& call) {
  Problems problems;
  const log::Options defaults;
  const log::Options options{
      .least = choice(call, "--log-level", defaults.least, problems),
      .format = choice(call, "--log-format", defaults.format, problems),
  };
  if (!call.has("--config")) problems.push_back({"--config", "is required: a file or a directory"});
  if (!problems.empty()) {
    call.err() << "firedrill: " << describe(problems) << '\n';
    return Exit::usage;
  }
  log::configure(options);
  if (call.has("--name")) appear_as(call.value("--name"));
  const int status =
      serve({.config = call.value("--config"), .admin_listen = call.value("--admin-listen")});
  return status == 0 ? Exit::done : Exit::failed;
}

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

Exit check(const Invocation& call) {
  const Loaded loaded = load_config(call.arguments().front());
  for (const FileProblem& problem : loaded.problems) call.err() << problem.text() << '\n';
  if (!loaded.config) return Exit::failed;
  const Config& config = *loaded.config;
  call.out() << "ok: " << counted(config.proxies.size(), "proxy", "proxies") << ", "
             << counted(config.faults.size(), "fault", "faults") << ", "
             << counted(config.profiles.size(), "profile", "profiles") << '\n';
  return Exit::done;
}

Exit show_demo(const Invocation& call) {
  using demo::Show;
  const int status = demo::run(call.has("--tour") ? Show::tour : Show::all, call.out());
  return status == 0 ? Exit::done : Exit::failed;
}

Exit show_version(const Invocation& call) {
  call.out() << "firedrill " FIREDRILL_VERSION "\n";
  return Exit::done;
}

}  // namespace

std::vector<Command> process_commands() {
  return {
      {.name = "serve",
       .summary = "runs the proxies of a configuration",
       .options = {{.name = "--config",
                    .value = "FILE|DIR",
                    .help = "the configuration; of a directory, every *.yaml",
                    .letter = "-c"},
                   {.name = "--admin-listen",
                    .value = "ADDRESS",
                    .help = "where the admin API listens, instead of admin.listen"},
                   {.name = "--name",
                    .value = "NAME",
                    .help = "the process's name and command line as ps shows them"},
                   {.name = "--log-level",
                    .value = "LEVEL",
                    .help = "debug, info, warning or error; default info"},
                   {.name = "--log-format",
                    .value = "FORMAT",
                    .help = "logfmt or json; default logfmt"}},
       .run = start,
       .details =
           "SIGTERM and SIGINT drain and end it, a second one ends it at once. SIGHUP reloads the\n"
           "configuration, SIGUSR1 ends every active fault. It logs on standard error, and prints\n"
           "one line on standard output when it is ready: ready admin=ADDRESS NAME=ADDRESS..."},
      {.name = "check",
       .summary = "reads a configuration and tells every mistake in it, without starting",
       .arguments = {{.name = "FILE|DIR", .help = "the configuration"}},
       .run = check},
      {.name = "demo",
       .summary = "shows the four kinds of incident on built-in services, with a tour",
       .options = {{.name = "--tour", .value = {}, .help = "only prints the tour"}},
       .run = show_demo},
      {.name = "version", .summary = "tells the version", .run = show_version},
  };
}

}  // namespace firedrill::cli
