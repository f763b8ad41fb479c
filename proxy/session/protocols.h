#pragma once

#include "proxy/session/session.h"

#include <memory>

namespace firedrill {

// Serves the datagrams of one proxy on one worker, for protocols that have them.
class DatagramServer {
 public:
  virtual ~DatagramServer() = default;
  // The active rules of the proxy have changed, or a deadline has passed.
  virtual void refresh() = 0;
  // Takes nothing new; what is in progress is answered.
  virtual void drain() = 0;
  virtual bool idle() const = 0;
};

// How a protocol is served; one row each in protocols.cpp.
struct ProtocolSessions {
  // Takes an accepted stream socket over.
  void (*start)(ProxyContext& proxy, Fd client, const Peer& peer);
  // Takes a bound datagram socket over; null for protocols without datagrams.
  std::unique_ptr<DatagramServer> (*serve)(ProxyContext& proxy, Fd socket);
};

const ProtocolSessions& sessions_of(Protocol protocol);

}  // namespace firedrill
