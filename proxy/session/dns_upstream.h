#pragma once

#include "proxy/core/time.h"
#include "proxy/model/proxy_config.h"
#include "proxy/session/socket_address.h"

#include <time.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// The addresses on the `nameserver` lines of a resolv.conf, port 53. Lines that hold no plain IP
// address are passed over.
std::vector<SocketAddress> parse_nameservers(std::string_view text);

// Where a dns proxy sends its queries: the first address of its upstream or, for `system`, the
// first name server of resolv.conf that is not the proxy itself. The file is looked at once a
// second at most, and read when it has changed.
class DnsUpstream {
 public:
  // `own` is what the proxy listens on.
  DnsUpstream(const ProxyConfig& config, const SocketAddress& own);

  // Nothing while the system names no server.
  const std::optional<SocketAddress>& address(TimePoint now);

 private:
  void follow();
  bool is_own(const SocketAddress& server) const;

  std::string path_;  // empty: the address is fixed
  SocketAddress own_;
  std::optional<SocketAddress> address_;
  TimePoint next_look_ = {};
  timespec seen_{};
};

}  // namespace firedrill
