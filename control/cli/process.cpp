// firedrill serve, check, demo, version.

#include "control/cli/commands.h"
#include "control/cli/process_name.h"
#include "control/config/load.h"
#include "control/demo/demo.h"
#include "control/log.h"
#include "control/serve.h"
#include "control/toxiproxy/config_file.h"
#include "proxy/core/kind.h"

#include <optional>
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

std::optional<Address> address(const Invocation& call, std::string_view option,
                               Problems& problems) {
  if (!call.has(option)) return std::nullopt;
  return Kind<Address>::read(Value::string(call.value(option)), std::string(option), problems);
}

// Where a configuration comes from.
struct Sources {
  std::string config;     // a file or a directory; "" for none
  std::string toxiproxy;  // a file in Toxiproxy's format; "" for none
  std::optional<Address> admin_listen;
};

Loaded load(const Sources& sources) {
  Loaded loaded{.config = Config{}, .problems = {}};
  if (!sources.config.empty()) loaded = load_config(sources.config);
  if (!loaded.config) return loaded;
  if (sources.admin_listen) loaded.config->admin.listen = *sources.admin_listen;
  if (sources.toxiproxy.empty()) return loaded;
  loaded.problems = toxiproxy::add_config_file(*loaded.config, sources.toxiproxy);
  if (!loaded.problems.empty()) loaded.config.reset();
  return loaded;
}

Exit start(const Invocation& call) {
  Problems problems;
  const log::Options defaults;
  const log::Options options{
      .least = choice(call, "--log-level", defaults.least, problems),
      .format = choice(call, "--log-format", defaults.format, problems),
  };
  if (!call.has("--config") && !call.has("--toxiproxy-config"))
    problems.push_back({"--config", "is required: a file or a directory"});
  const auto admin = address(call, "--admin-listen", problems);
  if (!problems.empty()) {
    call.err() << "firedrill: " << describe(problems) << '\n';
    return Exit::usage;
  }
  log::configure(options);
  if (call.has("--name")) appear_as(call.value("--name"));
  const Sources sources{.config = call.value("--config"),
                        .toxiproxy = call.value("--toxiproxy-config"),
                        .admin_listen = admin};
  const int status =
      serve({.load = [sources] { return load(sources); }, .watched = sources.config});
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
                   {.name = "--toxiproxy-config",
                    .value = "FILE",
                    .help = "more proxies, in Toxiproxy's JSON format, with their toxics"},
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
