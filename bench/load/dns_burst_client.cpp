#include "bench/load/dns_burst_client.h"

namespace firedrill::bench::dns {

BurstClient::BurstClient(EventLoop& loop, Meter& meter, Plan plan)
    : meter_(meter),
      interval_(plan.interval),
      socket_(connect_udp(plan.to)),
      window_(meter, plan.size, 0),
      next_(Clock::now()),
      pace_(loop, [this](std::size_t) { burst(); }) {
  loop.watch(socket_.descriptor(), Interest::readable, [this] {
    receive();
    return Next::keep;
  });
  pace_.add(next_, 0);
}

// What the socket doesn't take is lost as well.
void BurstClient::burst() {
  meter_.lost(window_.give_up());
  const TimePoint now = Clock::now();
  while (window_.has_room()) {
    while (window_.has_room() && !batch_.full()) batch_.add(window_.next_query(now));
    batch_.send(socket_);
  }
  next_ += interval_;
  pace_.add(next_, 0);
}

// A response that comes too late has been counted as lost.
void BurstClient::receive() {
  const std::size_t count = batch_.receive(socket_);
  const TimePoint now = Clock::now();
  for (std::size_t i = 0; i < count; ++i) {
    if (window_.awaits(batch_.at(i))) window_.take(batch_.at(i), now);
  }
  batch_.clear();
}

}  // namespace firedrill::bench::dns
