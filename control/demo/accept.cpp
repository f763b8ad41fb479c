#include "control/demo/accept.h"

#include <boost/asio/steady_timer.hpp>

namespace firedrill::demo {

asio::awaitable<void> accept_each(tcp::acceptor& acceptor, std::function<void(tcp::socket)> serve) {
  constexpr auto kPause = std::chrono::milliseconds(100);
  asio::steady_timer pause(acceptor.get_executor());
  while (acceptor.is_open()) {
    auto [failure, socket] = co_await acceptor.async_accept(kTuple);
    if (!failure) {
      serve(std::move(socket));
      continue;
    }
    pause.expires_after(kPause);
    co_await pause.async_wait(kTuple);
  }
}

}  // namespace firedrill::demo
