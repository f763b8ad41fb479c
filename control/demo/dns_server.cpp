#include "control/demo/dns_server.h"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace firedrill::demo {
namespace {

using Length = std::array<std::byte, 2>;  // before each message of a TCP connection

}  // namespace

asio::awaitable<void> answer_stream(tcp::socket socket, const Zone& zone) {
  while (true) {
    Length length{};
    const auto prefix = asio::buffer(length);
    const auto [closed, prefix_size] = co_await asio::async_read(socket, prefix, kTuple);
    if (closed) co_return;
    Bytes query(dns::read_u16(length, 0));
    const auto space = asio::buffer(query);
    const auto [cut, size] = co_await asio::async_read(socket, space, kTuple);
    if (cut) co_return;
    Bytes reply = zone.answer(query, dns::Transport::tcp);
    if (reply.empty()) co_return;
    dns::write_u16(length, 0, static_cast<std::uint16_t>(reply.size()));
    reply.insert(reply.begin(), length.begin(), length.end());
    const auto bytes = asio::buffer(reply);
    const auto [refused, written] = co_await asio::async_write(socket, bytes, kTuple);
    if (refused) co_return;
  }
}

asio::awaitable<void> answer_datagrams(udp::socket& socket, const Zone& zone) {
  std::array<std::byte, dns::kMaxUdp> buffer;
  while (socket.is_open()) {
    udp::endpoint client;
    const auto space = asio::buffer(buffer);
    const auto [failure, count] = co_await socket.async_receive_from(space, client, kTuple);
    if (failure) continue;
    const Bytes reply = zone.answer(ByteView(buffer).first(count), dns::Transport::udp);
    if (reply.empty()) continue;
    const auto bytes = asio::buffer(reply);
    co_await socket.async_send_to(bytes, client, kTuple);
  }
}

}  // namespace firedrill::demo
