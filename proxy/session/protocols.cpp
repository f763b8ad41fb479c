#include "proxy/session/protocols.h"

#include "proxy/session/http_session.h"
#include "proxy/session/tcp_session.h"

#include <boost/assert.hpp>

namespace firedrill {

const ProtocolSessions& sessions_of(Protocol protocol) {
  static constexpr ProtocolSessions kTcp{&TcpSession::start, nullptr};
  static constexpr ProtocolSessions kHttp{&HttpSession::start, nullptr};
  BOOST_ASSERT(protocol != Protocol::dns);
  return protocol == Protocol::http ? kHttp : kTcp;
}

}  // namespace firedrill
