#pragma once

#include "proxy/session/connection_faults.h"
#include "proxy/session/event_relays.h"
#include "proxy/session/session.h"

#include <optional>

namespace firedrill {

// Relays one TCP connection. FIN and RST travel as what they are, both ways and behind the bytes
// sent before them; an upstream that can't be reached is an RST to the client. Where the proxy has
// a codec, both directions are followed from their first byte, since most framings can't be entered
// later, so that a stream fault acts from the next event on.
class TcpSession final : public Session {
 public:
  TcpSession(ProxyContext& proxy, const Peer& peer);

  // Takes the accepted socket over and begins to serve it; false when it can't be watched.
  [[nodiscard]] bool start(Fd client);

  void refresh() override;
  void drain() override {}

 private:
  std::optional<std::uint64_t> progress() const override;
  Task<> serve();
  Task<> join();

  ProxyContext& proxy_;
  Peer peer_;
  HitNotes hits_;
  ConnectionFaults faults_;
  Stream client_;
  Stream upstream_;
  Wakeup wakeup_;
  Wakeup request_wakeup_;
  Wakeup response_wakeup_;
  std::optional<Outlet> request_;
  std::optional<Outlet> response_;
  std::optional<EventRelays> events_;
  Task<> serving_;
};

}  // namespace firedrill
