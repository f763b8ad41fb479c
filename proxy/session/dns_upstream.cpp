#include "proxy/session/dns_upstream.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

namespace firedrill {
namespace {

constexpr std::uint16_t kDnsPort = 53;
constexpr Duration kLookEvery = std::chrono::seconds(1);

bool is_zero(const Cidr::Raw& ip) {
  constexpr Cidr::Raw kAnyV4{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
  return ip == Cidr::Raw{} || ip == kAnyV4;
}

// Whether it is one of this machine's own addresses, to which alone a socket can be bound.
bool is_of_this_machine(SocketAddress address) {
  address.set_port(0);
  const Fd probe(::socket(address.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return probe && ::bind(probe.get(), address.get(), address.size) == 0;
}

}  // namespace

std::vector<SocketAddress> parse_nameservers(std::string_view text) {
  std::vector<SocketAddress> servers;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string key;
    std::string host;
    words >> key >> host;
    if (key != "nameserver" || !parse_ip(host)) continue;
    if (const auto address = literal({.host = host, .port = kDnsPort, .unix_path = {}})) {
      servers.push_back(*address);
    }
  }
  return servers;
}

DnsUpstream::DnsUpstream(const ProxyConfig& config, const SocketAddress& own) : own_(own) {
  if (config.upstream.system) {
    path_ = config.resolv_conf;
  } else if (!config.upstream.addresses.empty()) {
    address_ = literal(config.upstream.addresses.front());
    if (address_ && is_own(*address_)) address_.reset();  // or each query would come back to us
  }
}

const std::optional<SocketAddress>& DnsUpstream::address(TimePoint now) {
  if (!path_.empty() && now >= next_look_) {
    next_look_ = now + kLookEvery;
    follow();
  }
  return address_;
}

// A file that can't be read now leaves what was read before.
void DnsUpstream::follow() {
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) return;
  const timespec changed = status.st_mtim;
  if (changed.tv_sec == seen_.tv_sec && changed.tv_nsec == seen_.tv_nsec) return;
  std::ifstream file(path_);
  if (!file) return;
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  seen_ = changed;
  const auto servers = parse_nameservers(text);
  const auto other = std::ranges::find_if(
      servers, [this](const SocketAddress& server) { return !is_own(server); });
  address_ = other != servers.end() ? std::optional(*other) : std::nullopt;
}

bool DnsUpstream::is_own(const SocketAddress& server) const {
  if (server.port() != own_.port()) return false;
  return server.ip() == own_.ip() || (is_zero(own_.ip()) && is_of_this_machine(server));
}

}  // namespace firedrill
