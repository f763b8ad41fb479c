// firedrill toxiproxy: what toxiproxy-server was.

#include "control/cli/commands.h"
#include "control/cli/go_flags.h"
#include "control/log.h"
#include "control/serve.h"
#include "control/toxiproxy/config_file.h"
#include "control/toxiproxy/version.h"

#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <ostream>

namespace firedrill::cli {
namespace {

constexpr std::array kFlags{
    GoFlag{"config", GoFlag::Kind::text, "JSON file of proxies, and their toxics, to start with"},
    GoFlag{"host", GoFlag::Kind::text, "host on which the API listens", "localhost"},
    GoFlag{"port", GoFlag::Kind::text, "port on which the API listens", "8474"},
    GoFlag{"proxy-metrics", GoFlag::Kind::boolean, "show the proxies' metrics at /metrics"},
    GoFlag{"runtime-metrics", GoFlag::Kind::boolean, "show the process's metrics at /metrics"},
    GoFlag{"seed", GoFlag::Kind::integer, "what random decisions derive from"},
    GoFlag{"version", GoFlag::Kind::boolean, "tell the version of the API and exit"},
};

// The level that LOG_LEVEL asks for.
log::Level log_level() {
  const char* value = std::getenv("LOG_LEVEL");
  const std::string_view level = value != nullptr ? value : "info";
  if (level == "trace" || level == "debug") return log::Level::debug;
  if (level == "warn") return log::Level::warning;
  if (level == "error" || level == "fatal" || level == "panic") return log::Level::error;
  return log::Level::info;
}

// All addresses, of both families where the machine has both.
std::string wildcard() {
  const Fd probe(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return probe ? "::" : "0.0.0.0";
}

// A host that the user opens to other machines may be called by any name.
Problems set_listen(AdminConfig& admin, const GoFlagValues& flags) {
  std::string host = flags.at("host");
  if (host == "localhost") host = "127.0.0.1";
  if (host.empty() || host == "0.0.0.0") host = wildcard();
  const bool v6 = host.find(':') != std::string::npos && !host.starts_with('[');
  const std::string text = (v6 ? "[" + host + "]" : host) + ":" + flags.at("port");
  const auto address = parse_address(text);
  if (!address) return {{.path = "-host, -port", .what = "no address: " + text}};
  admin.listen = *address;
  admin.insecure_remote = true;
  const auto ip = parse_ip(address->host);
  const bool loopback = ip && (format_ip(*ip).starts_with("127.") || format_ip(*ip) == "::1");
  if (!loopback) admin.hosts = {"*"};
  return {};
}

// No toxic ends by itself, and no connection holds up the end of the process: a test environment
// that has had Toxiproxy knows of neither.
Loaded load(const GoFlagValues& flags) {
  Config config;
  config.defaults.max_lifetime = Duration::max();
  config.drain.deadline = Duration::zero();
  if (!flags.at("seed").empty()) {
    config.seed = static_cast<std::uint64_t>(std::stoll(flags.at("seed")));
  }
  Loaded loaded;
  for (Problem& problem : set_listen(config.admin, flags)) {
    loaded.problems.push_back({.file = "toxiproxy", .problem = std::move(problem)});
  }
  const std::string& file = flags.at("config");
  if (loaded.problems.empty() && !file.empty()) {
    loaded.problems = toxiproxy::add_config_file(config, file);
  }
  if (loaded.problems.empty()) loaded.config = std::move(config);
  return loaded;
}

// Nothing but such lines stands on standard output.
void log_address(Instance& instance) {
  log::info("Starting Toxiproxy HTTP server", {{"address", instance.admin_address()}});
}

Exit start(std::span<const std::string> words, const Invocation::Streams& streams) {
  const auto parsed = parse_go_flags(kFlags, words);
  const std::string usage = "Usage of firedrill toxiproxy:\n" + describe_go_flags(kFlags);
  if (std::holds_alternative<GoFlagHelp>(parsed)) {
    streams.err << usage;
    return Exit::done;
  }
  if (const auto* mistake = std::get_if<GoFlagMistake>(&parsed)) {
    streams.err << mistake->what << '\n' << usage;
    return Exit::usage;
  }
  const auto& flags = std::get<GoFlagValues>(parsed);
  if (flags.at("version") == "true") {
    streams.out << "toxiproxy-server version " << toxiproxy::kVersion << '\n';
    return Exit::done;
  }
  log::configure({.least = log_level(),
                  .format = log::Format::zerolog,
                  .output = log::Output::standard_output});
  log::info("Starting Toxiproxy", {{"version", toxiproxy::kVersion}});
  const toxiproxy::MetricsShown shown{.proxy = flags.at("proxy-metrics") == "true",
                                      .runtime = flags.at("runtime-metrics") == "true"};
  const int status =
      serve({.load = [flags] { return load(flags); },
             .toxiproxy = {.metrics = shown, .logged = toxiproxy::ProxiesLogged::yes},
             .announce = log_address,
             .farewell = "Shutdown started"});
  return status == 0 ? Exit::done : Exit::failed;
}

}  // namespace

std::vector<Command> toxiproxy_commands() {
  return {
      {.name = "toxiproxy",
       .summary = "takes the place of toxiproxy-server: its flags, its API, nothing ends by itself",
       .run_words = start}};
}

}  // namespace firedrill::cli
