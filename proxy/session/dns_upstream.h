#pragma once

#include "proxy/codec/dns/name.h"
#include "proxy/core/time.h"
#include "proxy/model/proxy_config.h"
#include "proxy/session/socket_address.h"

#include <time.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// The addresses on the `nameserver` lines of a resolv.conf, port 53. Lines that hold no plain IP
// address are passed over.
std::vector<SocketAddress> parse_nameservers(std::string_view text);

// Where a dns proxy sends its queries. Its upstream is one group of servers, each of its routes
// another. The servers of `system` are the name servers of resolv.conf that are not the proxy
// itself; the file is looked at once a second at most, and read when it has changed.
class DnsUpstreams {
 public:
  // `own` is what the proxy listens on.
  DnsUpstreams(const ProxyConfig& config, const SocketAddress& own);

  // The group that is asked about a name: that of the longest route that fits, else the upstream.
  std::size_t group_of(const dns::FoldedName& name) const;

  // Those of a group, in the order in which they are asked: one, unless failover is configured.
  // Empty while there is none. Good until the next call.
  std::span<const SocketAddress> servers(std::size_t group, TimePoint now);

  // Whether the server is of any group.
  bool contains(const SocketAddress& server) const;

 private:
  using Servers = std::vector<SocketAddress>;
  struct Routed {
    dns::NamePattern names;
    std::size_t group;
  };

  Servers others(const Servers& all) const;
  Servers others(const std::vector<Address>& all) const;
  void follow();
  bool is_own(const SocketAddress& server) const;

  std::string path_;  // empty: the upstream is fixed
  SocketAddress own_;
  bool failover_;
  std::vector<Servers> groups_;  // the upstream first
  std::vector<Routed> routes_;   // the longest first
  TimePoint next_look_ = {};
  timespec seen_{};
};

}  // namespace firedrill
