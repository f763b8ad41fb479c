#pragma once

#include "control/demo/asio.h"
#include "control/demo/zone.h"

namespace firedrill::demo {

// Answers from the zone: whatever comes over UDP, and the messages of one TCP connection.
asio::awaitable<void> answer_datagrams(udp::socket& socket, const Zone& zone);
asio::awaitable<void> answer_stream(tcp::socket socket, const Zone& zone);

}  // namespace firedrill::demo
