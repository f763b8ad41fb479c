#pragma once

#include "proxy/core/result.h"
#include "proxy/runtime/listen.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace firedrill {

// Sockets that whoever started the process has opened for it, as systemd's socket activation does.
// They outlive the process: who connects while it is restarted waits in their queue and is refused
// by nobody. A proxy whose address is that of such a socket listens on it; each of its workers has
// a descriptor of its own of the one socket, or of one of several at the same address.
class InheritedSockets {
 public:
  // None.
  InheritedSockets() = default;

  // LISTEN_FDS of them from descriptor 3 on, named by LISTEN_FDNAMES, if LISTEN_PID is this
  // process. Clears these variables, which are not meant for children. To be called once, before
  // anything else is opened and while there is one thread.
  static Result<InheritedSockets> from_environment();

  // Takes over one of them; a problem when it is no socket that can be listened on.
  Problems add(std::string name, Fd fd);

  // The sockets of `config` for all workers; nothing when none was handed over. A dns proxy needs
  // both of its sockets.
  Result<std::optional<Listening>> take(const ProxyConfig& config, unsigned workers) const;
  // A descriptor of the stream socket at `address`, if there is one.
  Fd take_stream(const SocketAddress& address) const;

  // A problem for each of them that is for none of `places`.
  Problems unused(std::span<const ListenPlace> places) const;

  // Refuses connections at those where nobody of `places` listens, until one is taken again.
  void close_all_but(std::span<const ListenPlace> places) const;

 private:
  struct Inherited {
    std::string name;
    Fd fd;
    int type = 0;
    SocketAddress address;
  };

  std::vector<const Inherited*> at(const SocketAddress& address, int type) const;
  static bool is_for(const Inherited& one, std::span<const ListenPlace> places);

  std::vector<Inherited> all_;
};

}  // namespace firedrill
