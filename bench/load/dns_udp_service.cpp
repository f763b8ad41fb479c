#include "bench/load/dns_udp_service.h"

namespace firedrill::bench::dns {

UdpService::UdpService(EventLoop& loop, std::uint16_t port)
    : socket_(bind_udp(Endpoint::loopback(port))) {
  loop.watch(socket_.descriptor(), Interest::readable, [this] {
    answer_waiting();
    return Next::keep;
  });
}

void UdpService::answer_waiting() {
  const std::size_t count = queries_.receive(socket_);
  for (std::size_t i = 0; i < count; ++i) {
    if (const auto response = answer(queries_.at(i))) answers_.add(*response, queries_.from(i));
  }
  answers_.send(socket_);
}

}  // namespace firedrill::bench::dns
