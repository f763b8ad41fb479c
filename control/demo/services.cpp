#include "control/demo/services.h"

#include "control/demo/accept.h"
#include "control/demo/dns_server.h"
#include "control/demo/echo_server.h"
#include "control/demo/shop_server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <thread>

namespace firedrill::demo {
namespace {

std::string loopback(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

}  // namespace

struct Services::Running {
  const tcp::endpoint any{asio::ip::address_v4::loopback(), 0};
  Zone zone;
  asio::io_context context{1};
  tcp::acceptor shop_acceptor{context, any};
  tcp::acceptor echo_acceptor{context, any};
  // UDP and TCP on one port, as DNS has it: the one is picked, the other follows.
  tcp::acceptor dns_acceptor{context, any};
  udp::socket dns_socket{context,
                         udp::endpoint(any.address(), dns_acceptor.local_endpoint().port())};
  ShopServer shop{context.get_executor()};
  std::thread thread;

  void spawn(asio::awaitable<void> work) {
    asio::co_spawn(context, std::move(work), asio::detached);
  }

  void start() {
    spawn(shop.take_orders());
    spawn(accept_each(shop_acceptor,
                      [this](tcp::socket socket) { spawn(shop.converse(std::move(socket))); }));
    spawn(accept_each(echo_acceptor,
                      [this](tcp::socket socket) { spawn(demo::echo(std::move(socket))); }));
    spawn(accept_each(dns_acceptor, [this](tcp::socket socket) {
      spawn(answer_stream(std::move(socket), zone));
    }));
    spawn(answer_datagrams(dns_socket, zone));
    thread = std::thread([this] { context.run(); });
  }
};

Services::Services() : running_(std::make_unique<Running>()) {
  running_->start();
}

Services::~Services() {
  running_->context.stop();
  running_->thread.join();
}

std::string Services::shop() const {
  return loopback(running_->shop_acceptor.local_endpoint().port());
}
std::string Services::dns() const {
  return loopback(running_->dns_acceptor.local_endpoint().port());
}
std::string Services::echo() const {
  return loopback(running_->echo_acceptor.local_endpoint().port());
}

}  // namespace firedrill::demo
