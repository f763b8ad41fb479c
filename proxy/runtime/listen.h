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

// Where a proxy listens.
struct ListenPlace {
  Address address;  // as bound
  Protocol protocol = Protocol::tcp;
};

// Binds what `config` asks for, once for each of `workers` (SO_REUSEPORT; the workers of a Unix
// socket share one). Everything is bound or nothing: a port in use or a missing permission is a
// problem at "listen" that says what to do. What is `leaving`, until the change that is being made
// takes effect, is in nobody's way.
Result<Listening> open_listeners(const ProxyConfig& config, unsigned workers,
                                 std::span<const ListenPlace> leaving = {});

// Makes a bound stream socket listen that was made to stop by shutdown(SHUT_RD), if it does not
// listen; false when it can't, and errno says why.
bool listen_again(int fd);

// What a listening socket of ours needs, whoever has opened it.
void set_listen_options(int fd, const SocketAddress& address, int type);

inline constexpr int kListenBacklog = 4096;

}  // namespace firedrill
