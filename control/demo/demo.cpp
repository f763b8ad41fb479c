#include "control/demo/demo.h"

#include "control/demo/addresses.h"
#include "control/demo/ports.h"
#include "control/demo/services.h"
#include "control/demo/tour.h"
#include "control/log.h"
#include "control/serve.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <stdexcept>

namespace firedrill::demo {
namespace {

// The configuration as a file in a directory of its own, so that it can be edited and reloaded
// while the demo runs; gone with this.
class ConfigurationFile {
 public:
  explicit ConfigurationFile(const std::string& text) {
    std::string pattern = std::filesystem::temp_directory_path() / "firedrill-demo-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
    directory_ = pattern;
    std::ofstream file(path());
    if (!(file << text).flush()) throw std::runtime_error("cannot write " + path());
  }
  ~ConfigurationFile() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  ConfigurationFile(const ConfigurationFile&) = delete;
  ConfigurationFile& operator=(const ConfigurationFile&) = delete;

  std::string path() const { return directory_ / "demo.yaml"; }

 private:
  std::filesystem::path directory_;
};

// How to call this binary again from the same directory.
std::string own_command() {
  namespace fs = std::filesystem;
  std::error_code ec;
  const fs::path binary = fs::read_symlink("/proc/self/exe", ec);
  if (ec) return "firedrill";
  const fs::path relative = binary.lexically_relative(fs::current_path(ec));
  return relative.empty() || relative.native().starts_with("..") ? binary : relative;
}

Addresses find_addresses(const Services& services) {
  const Addresses wished;
  const auto port = [](const std::string& address) {
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  };
  return {.admin = free_address(port(wished.admin), Transport::tcp),
          .shop = free_address(port(wished.shop), Transport::tcp),
          .dns = free_address(port(wished.dns), Transport::udp_and_tcp),
          .echo = free_address(port(wished.echo), Transport::tcp),
          .shop_service = services.shop(),
          .dns_service = services.dns(),
          .echo_service = services.echo()};
}

// Until serve() waits for them, signals to end wait too: what has started ends in order.
void hold_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

int run(Show show, std::ostream& out) {
  const std::string command = own_command();
  if (show == Show::tour) {
    out << tour(Addresses{}, command);
    return 0;
  }
  hold_signals();
  const Services services;
  const Addresses addresses = find_addresses(services);
  const ConfigurationFile file(configuration(addresses));
  out << tour(addresses, command) << "The configuration is " << file.path() << ": edit it and run "
      << command << " reload. Ctrl-C ends the demo.\n\n"
      << std::flush;
  log::configure({.least = log::Level::warning});
  return serve({.load = [path = file.path()] { return load_config(path); }});
}

}  // namespace firedrill::demo
