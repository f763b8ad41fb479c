#include "bench/load/dns_udp_client.h"

#include <algorithm>

namespace firedrill::bench::dns {
namespace {

constexpr Duration kExpiryInterval = std::chrono::milliseconds(500);

}  // namespace

UdpClient::UdpClient(EventLoop& loop, Meter& meter, Plan plan)
    : meter_(meter),
      interval_(plan.interval),
      pace_(loop, [this](std::size_t) { send_due(); }),
      expiry_(loop, [this](std::size_t) { expire(); }) {
  for (std::size_t i = 0; i < plan.sockets; ++i) {
    const auto first_name = static_cast<std::uint32_t>(i * kNames / plan.sockets);
    Asker& asker = askers_.emplace_back(
        Asker{.socket = connect_udp(plan.to), .window = Window(meter, plan.window, first_name)});
    loop.watch(asker.socket.descriptor(), Interest::readable, [this, &asker] {
      receive(asker);
      fill(asker);
      return Next::keep;
    });
    fill(asker);
  }
  due_ = Clock::now();
  if (interval_ > Duration::zero()) pace_.add(due_, 0);
  expiry_.add(due_ + kExpiryInterval, 0);
}

bool UdpClient::warm() const {
  return std::ranges::all_of(askers_,
                             [](const Asker& asker) { return asker.window.answered() > 0; });
}

void UdpClient::receive(Asker& asker) {
  const std::size_t count = batch_.receive(asker.socket);
  const TimePoint now = Clock::now();
  for (std::size_t i = 0; i < count; ++i) asker.window.take(batch_.at(i), now);
  batch_.clear();
}

// What the socket doesn't take is lost, and expires.
void UdpClient::fill(Asker& asker) {
  if (interval_ > Duration::zero()) return;
  while (asker.window.has_room()) {
    const TimePoint now = Clock::now();
    while (asker.window.has_room() && !batch_.full()) batch_.add(asker.window.next_query(now));
    batch_.send(asker.socket);
  }
}

// A query is under way from the moment when it was due, so that what this load is late by counts as
// latency and is never left out.
void UdpClient::send_due() {
  for (const TimePoint now = Clock::now(); due_ <= now; due_ += interval_) {
    Asker& asker = askers_[turns_++ % askers_.size()];
    if (!asker.window.has_room()) {
      meter_.error("more queries under way than there is room for");
      continue;
    }
    batch_.add(asker.window.next_query(due_));
    batch_.send(asker.socket);
  }
  pace_.add(due_, 0);
}

void UdpClient::expire() {
  const TimePoint now = Clock::now();
  for (Asker& asker : askers_) {
    asker.window.expire(now);
    fill(asker);
  }
  expiry_.add(now + kExpiryInterval, 0);
}

}  // namespace firedrill::bench::dns
