#pragma once

#include "proxy/session/loop.h"
#include "proxy/session/socket_address.h"
#include "proxy/session/task.h"

#include <memory>
#include <string>
#include <vector>

namespace firedrill {

// What a name resolved to: addresses in the order in which to try them (RFC 6724, families taking
// turns as RFC 8305 section 4 asks), or why not.
struct Resolution {
  std::vector<SocketAddress> addresses;
  std::string error = {};
};

// Upstream names for one worker, by c-ares: /etc/hosts, then DNS as /etc/resolv.conf says. An
// answer is used until its TTL ends (at least one second), and then asked for anew by the next
// connection. When that fails the old answer is not used on: a service that has moved must be seen
// to have moved.
class Resolver {
 public:
  explicit Resolver(Loop& loop);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // Resolves `address`; `wakeup` is the caller's own. Gives an error once `deadline` has passed.
  Task<Resolution> resolve(Address address, Wakeup& wakeup, TimePoint deadline);

 private:
  class Channel;
  std::unique_ptr<Channel> channel_;
};

}  // namespace firedrill
