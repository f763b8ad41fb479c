#include "bench/load/event_loop.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

namespace firedrill::bench {
namespace {

constexpr int kBatch = 256;

std::uint32_t events_of(Interest interest) {
  switch (interest) {
    case Interest::readable:
      return EPOLLIN;
    case Interest::writable:
      return EPOLLOUT;
    case Interest::edges:
      break;
  }
  return EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
}

}  // namespace

EventLoop::EventLoop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_.descriptor() < 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_create1");
  }
}

void EventLoop::watch(int descriptor, Interest interest, Handler handler) {
  const auto index = static_cast<std::size_t>(descriptor);
  if (handlers_.size() <= index) handlers_.resize(index + 1);
  handlers_[index] = std::move(handler);
  epoll_event event{};
  event.events = events_of(interest);
  event.data.fd = descriptor;
  if (epoll_ctl(epoll_.descriptor(), EPOLL_CTL_ADD, descriptor, &event) < 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

void EventLoop::run_until(TimePoint deadline, const std::function<bool()>& done) {
  std::array<epoll_event, kBatch> events;
  while (!done || !done()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return;
    const int timeout = static_cast<int>(std::min<std::int64_t>(left.count(), 1000));
    const int ready = epoll_wait(epoll_.descriptor(), events.data(), kBatch, timeout);
    if (ready < 0 && errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "epoll_wait");
    }
    for (int i = 0; i < ready; ++i) {
      dispatch(events[static_cast<std::size_t>(i)].data.fd);
    }
  }
}

void EventLoop::dispatch(int descriptor) {
  Handler& handler = handlers_[static_cast<std::size_t>(descriptor)];
  if (handler && handler() == Next::drop) handler = nullptr;
}

}  // namespace firedrill::bench
