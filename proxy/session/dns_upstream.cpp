#include "proxy/session/dns_upstream.h"

#include "proxy/session/file_text.h"

#include <sys/stat.h>

#include <algorithm>
#include <sstream>
#include <utility>

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

DnsUpstreams::DnsUpstreams(const ProxyConfig& config, const SocketAddress& own)
    : own_(own), failover_(config.failover) {
  if (config.upstream.system) path_ = config.resolv_conf;
  groups_.push_back(others(config.upstream.addresses));
  for (const Route& route : config.routes.all) {
    std::string names;
    if (route.domain != ".") names.append(".").append(route.domain);
    auto pattern = names.empty() ? dns::NamePattern::below(".") : dns::NamePattern::parse(names);
    routes_.push_back({.names = std::move(pattern.value()), .group = groups_.size()});
    groups_.push_back(others(route.addresses));
  }
  // A longer domain is a longer name wherever two of them fit the same name.
  std::ranges::stable_sort(routes_, std::ranges::greater{},
                           [](const Routed& route) { return route.names.name().size(); });
}

std::size_t DnsUpstreams::group_of(const dns::FoldedName& name) const {
  for (const Routed& route : routes_) {
    if (route.names.matches(name)) return route.group;
  }
  return 0;
}

std::span<const SocketAddress> DnsUpstreams::servers(std::size_t group, TimePoint now) {
  if (!path_.empty() && now >= next_look_) {
    next_look_ = now + kLookEvery;
    follow();
  }
  const std::span<const SocketAddress> all = groups_[group];
  return failover_ ? all : all.first(std::min<std::size_t>(all.size(), 1));
}

bool DnsUpstreams::contains(const SocketAddress& server) const {
  return std::ranges::any_of(groups_, [&](const Servers& group) {
    return std::ranges::any_of(
        group, [&](const SocketAddress& one) { return same_endpoint(one, server); });
  });
}

// Those that are not the proxy itself, or each query would come back to it.
DnsUpstreams::Servers DnsUpstreams::others(const Servers& all) const {
  Servers servers;
  for (const SocketAddress& server : all) {
    if (!is_own(server)) servers.push_back(server);
  }
  return servers;
}

DnsUpstreams::Servers DnsUpstreams::others(const std::vector<Address>& all) const {
  Servers servers;
  for (const Address& address : all) {
    if (const auto server = literal(address)) servers.push_back(*server);
  }
  return others(servers);
}

// A file that can't be read now leaves what was read before.
void DnsUpstreams::follow() {
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) return;
  const timespec changed = status.st_mtim;
  if (changed.tv_sec == seen_.tv_sec && changed.tv_nsec == seen_.tv_nsec) return;
  const auto text = file_text(path_);
  if (text.has_error()) return;
  seen_ = changed;
  groups_.front() = others(parse_nameservers(*text));
}

bool DnsUpstreams::is_own(const SocketAddress& server) const {
  if (same_endpoint(server, own_)) return true;
  return server.port() == own_.port() && is_zero(own_.ip()) && is_of_this_machine(server);
}

}  // namespace firedrill
