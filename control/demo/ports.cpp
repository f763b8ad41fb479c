#include "control/demo/ports.h"

#include "control/demo/asio.h"

#include <boost/asio/io_context.hpp>

namespace firedrill::demo {
namespace {

// The port, or 0 when it is taken. With 0 it finds a free one.
std::uint16_t probe(std::uint16_t wished, Transport transport) {
  asio::io_context context;
  const auto loopback = asio::ip::address_v4::loopback();
  tcp::acceptor acceptor(context);
  ErrorCode ec;
  acceptor.open(tcp::v4());
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  acceptor.bind(tcp::endpoint(loopback, wished), ec);
  if (!ec) acceptor.listen(1, ec);  // others may share the address, but not listen there as well
  if (ec) return 0;
  const std::uint16_t port = acceptor.local_endpoint().port();
  if (transport == Transport::tcp) return port;
  udp::socket socket(context);
  socket.open(udp::v4());
  socket.bind(udp::endpoint(loopback, port), ec);
  return ec ? 0 : port;
}

}  // namespace

std::string free_address(std::uint16_t wished, Transport transport) {
  std::uint16_t port = probe(wished, transport);
  constexpr int kAttempts = 100;
  for (int i = 0; port == 0 && i < kAttempts; ++i) port = probe(0, transport);
  return "127.0.0.1:" + std::to_string(port);
}

}  // namespace firedrill::demo
