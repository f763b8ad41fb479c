#include "proxy/session/protocols.h"

#include "proxy/session/dns_tcp_session.h"
#include "proxy/session/dns_udp_server.h"
#include "proxy/session/http_session.h"
#include "proxy/session/tcp_session.h"

namespace firedrill {

const ProtocolSessions& sessions_of(Protocol protocol) {
  static constexpr ProtocolSessions kTcp{&TcpSession::start, nullptr};
  static constexpr ProtocolSessions kHttp{&HttpSession::start, nullptr};
  static constexpr ProtocolSessions kDns{&DnsTcpSession::start, &DnsUdpServer::serve};
  if (protocol == Protocol::dns) return kDns;
  return protocol == Protocol::http ? kHttp : kTcp;
}

}  // namespace firedrill
