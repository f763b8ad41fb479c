#pragma once

#include "control/demo/asio.h"

#include <functional>

namespace firedrill::demo {

// Hands each new connection to `serve`, until the acceptor closes. Where the system can give no
// more connections it tries again a little later.
asio::awaitable<void> accept_each(tcp::acceptor& acceptor, std::function<void(tcp::socket)> serve);

}  // namespace firedrill::demo
