#pragma once

#include "control/demo/asio.h"

namespace firedrill::demo {

// Sends back whatever the connection brings, until it ends.
asio::awaitable<void> echo(tcp::socket socket);

}  // namespace firedrill::demo
