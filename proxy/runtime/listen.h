#pragma once

#include "proxy/core/result.h"
#include "proxy/model/proxy_config.h"
#include "proxy/session/socket_address.h"

#include <span>
#include <vector>

namespace firedrill {

// The sockets on which one worker serves a proxy. Closed with their owner.
struct ListenSockets {
  Fd stream;    // tcp, http, and dns over TCP
  Fd datagram;  // dns over UDP
};

// The sockets for all workers, bound to one address.
struct Listening {
  Address address;  // as bound: port 0 has become the port that was picked
  std::vector<ListenSockets> workers;
};

// An address on which a proxy of ours listens until the change that is being made takes effect.
struct Leaving {
  Address address;  // as bound
  Protocol protocol = Protocol::tcp;
};

// Binds what `config` asks for, once for each of `workers` (SO_REUSEPORT; the workers of a Unix
// socket share one). Everything is bound or nothing: a port in use or a missing permission is a
// problem at "listen" that says what to do. What is `leaving` is in nobody's way.
Result<Listening> open_listeners(const ProxyConfig& config, unsigned workers,
                                 std::span<const Leaving> leaving = {});

}  // namespace firedrill
