#include "control/demo/shop_server.h"

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <cstdio>

namespace firedrill::demo {
namespace {

namespace http = boost::beast::http;

constexpr int kOrdersAtStart = 5;

asio::awaitable<ErrorCode> send(tcp::socket& socket, std::string text) {
  const auto bytes = asio::buffer(text);
  const auto [ec, count] = co_await asio::async_write(socket, bytes, kTuple);
  co_return ec;
}

std::string chunk(const std::string& data) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", data.size());
  return size + data + "\r\n";
}

std::string stream_head(const OrderStream& stream) {
  return "HTTP/1.1 200 OK\r\nServer: shop\r\nContent-Type: " + std::string(stream.content_type()) +
         "\r\nCache-Control: no-store\r\nTransfer-Encoding: chunked\r\n\r\n";
}

}  // namespace

ShopServer::ShopServer(asio::any_io_executor executor)
    : next_order_(executor), news_(executor, asio::steady_timer::time_point::max()) {
  for (int i = 0; i < kOrdersAtStart; ++i) shop_.place_next();
}

asio::awaitable<void> ShopServer::take_orders() {
  while (true) {
    next_order_.expires_after(std::chrono::seconds(1));
    co_await next_order_.async_wait(kTuple);
    shop_.place_next();
    placed();
  }
}

asio::awaitable<void> ShopServer::converse(tcp::socket socket) {
  boost::beast::flat_buffer buffer;
  while (true) {
    Request request;
    const auto [failure, count] = co_await http::async_read(socket, buffer, request, kTuple);
    if (failure) co_return;
    const std::uint64_t before = shop_.latest();
    if (const auto orders = order_stream(shop_, request)) {
      co_await stream(socket, *orders);
      co_return;
    }
    Response response = respond(shop_, request);
    if (shop_.latest() != before) placed();
    response.keep_alive(request.keep_alive());
    response.prepare_payload();
    if (request.method() == http::verb::head) response.body().clear();
    const auto [refused, written] = co_await http::async_write(socket, response, kTuple);
    if (refused || !request.keep_alive()) co_return;
  }
}

// Sends the orders as they come, until the client leaves.
asio::awaitable<void> ShopServer::stream(tcp::socket& socket, OrderStream orders) {
  ErrorCode gone = co_await send(socket, stream_head(orders));
  while (!gone) {
    const Order* const order = shop_.after(orders.after);
    if (order == nullptr) {
      co_await news_.async_wait(kTuple);
      continue;
    }
    orders.after = order->id;
    gone = co_await send(socket, chunk(orders.text(*order)));
  }
}

void ShopServer::placed() {
  news_.cancel();
}

}  // namespace firedrill::demo
