#include "bench/load/dns_tcp_client.h"

#include "bench/load/dns_message.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace firedrill::bench::dns {

TcpClient::TcpClient(EventLoop& loop, Meter& meter, Plan plan) : meter_(meter) {
  for (std::size_t i = 0; i < plan.connections; ++i) {
    const auto first_name = static_cast<std::uint32_t>(i * kNames / plan.connections);
    Asker& asker = askers_.emplace_back(
        Asker{.socket = connect_tcp(plan.to), .window = Window(meter, plan.window, first_name)});
    loop.watch(asker.socket.descriptor(), Interest::edges,
               [this, &asker] { return advance(asker); });
  }
}

bool TcpClient::warm() const {
  return std::ranges::all_of(askers_,
                             [](const Asker& asker) { return asker.window.answered() > 0; });
}

Next TcpClient::advance(Asker& asker) {
  const bool open = receive(asker);
  if (open) fill(asker);
  if (open && asker.outbox.flush(asker.socket) != Outbox::State::failed) return Next::keep;
  meter_.error("DNS connection ended");
  return Next::drop;
}

bool TcpClient::receive(Asker& asker) {
  while (true) {
    const ssize_t count = recv(asker.socket.descriptor(), buffer_.data(), buffer_.size(), 0);
    if (count < 0 && errno == EAGAIN) return true;
    if (count <= 0) return false;
    const TimePoint now = Clock::now();
    asker.frames.take(ByteView(buffer_).first(static_cast<std::size_t>(count)),
                      [&](ByteView response) { asker.window.take(response, now); });
  }
}

void TcpClient::fill(Asker& asker) {
  const TimePoint now = Clock::now();
  while (asker.window.has_room()) append_frame(asker.outbox.bytes(), asker.window.next_query(now));
}

}  // namespace firedrill::bench::dns
