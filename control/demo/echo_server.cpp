#include "control/demo/echo_server.h"

#include <boost/asio/write.hpp>

#include <array>

namespace firedrill::demo {

asio::awaitable<void> echo(tcp::socket socket) {
  std::array<char, 4096> buffer;
  while (true) {
    const auto space = asio::buffer(buffer);
    const auto [failure, count] = co_await socket.async_read_some(space, kTuple);
    if (failure) co_return;
    const auto bytes = asio::buffer(buffer, count);
    const auto [refused, written] = co_await asio::async_write(socket, bytes, kTuple);
    if (refused) co_return;
  }
}

}  // namespace firedrill::demo
