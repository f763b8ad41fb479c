#include "proxy/session/protocols.h"

#include "proxy/session/dns_tcp_session.h"
#include "proxy/session/dns_udp_server.h"
#include "proxy/session/http_session.h"
#include "proxy/session/tcp_session.h"

#include <utility>

namespace firedrill {
namespace {

// The proxy's list owns the session from here; retire() ends it.
template <class T>
void start(ProxyContext& proxy, Fd client, const Peer& peer) {
  auto* session = new T(proxy, peer);
  proxy.sessions.push_back(*session);
  ++proxy.counters.connections_opened;
  if (!session->start(std::move(client))) proxy.retire(*session);
}

}  // namespace

const ProtocolSessions& sessions_of(Protocol protocol) {
  static constexpr ProtocolSessions kTcp{&start<TcpSession>, nullptr};
  static constexpr ProtocolSessions kHttp{&start<HttpSession>, nullptr};
  static constexpr ProtocolSessions kDns{&start<DnsTcpSession>, &DnsUdpServer::serve};
  if (protocol == Protocol::dns) return kDns;
  return protocol == Protocol::http ? kHttp : kTcp;
}

}  // namespace firedrill
