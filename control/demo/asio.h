#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace firedrill::demo {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using ErrorCode = boost::system::error_code;

// Failures of the demo's small servers end a connection; none is thrown.
inline constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

}  // namespace firedrill::demo
