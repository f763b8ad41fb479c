#pragma once

#include "control/demo/asio.h"
#include "control/demo/shop.h"
#include "control/demo/shop_http.h"

#include <boost/asio/steady_timer.hpp>

namespace firedrill::demo {

// The shop's HTTP service: its pages and its streams of orders. One customer orders each second.
class ShopServer {
 public:
  explicit ShopServer(asio::any_io_executor executor);

  // One connection's requests, in turn.
  asio::awaitable<void> converse(tcp::socket socket);
  // Does not end by itself.
  asio::awaitable<void> take_orders();

 private:
  asio::awaitable<void> stream(tcp::socket& socket, OrderStream orders);
  void placed();

  Shop shop_;
  asio::steady_timer next_order_;
  asio::steady_timer news_;  // never due: what waits for a new order waits on it, and is woken
};

}  // namespace firedrill::demo
