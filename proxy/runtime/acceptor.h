#pragma once

#include "proxy/session/asio.h"
#include "proxy/session/socket_address.h"

#include <boost/asio/basic_waitable_timer.hpp>

#include <functional>
#include <memory>

namespace firedrill {

// Accepts connections from one listening socket. When the process is out of memory, or nearly out
// of descriptors, it pauses, 10 ms and then up to 500 ms, instead of spinning; the kernel's queue
// holds who waits. Some descriptors are left, so that what has been accepted reaches its upstream
// and the admin API goes on.
class Acceptor {
 public:
  using Accepted = std::function<void(Fd, const SocketAddress& peer)>;

  // Takes the socket over; `accepted` is called on the context's thread.
  Acceptor(asio::io_context& context, Fd listener, Accepted accepted);
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  // Stops listening, so that clients are refused, but keeps the address; resume() listens again.
  // Not for Unix sockets, which the kernel can't resume.
  void pause();
  void resume();

  // Accepts nobody until release(): whoever connects waits in the kernel's queue.
  void hold() { held_ = true; }
  void release();

  // Accepts whoever waits in the kernel's queue: to be called before the end, which resets them.
  void accept_waiting();

 private:
  using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;

  void wait();
  Fd next(SocketAddress& peer);
  void accept();
  void back_off();

  Descriptor listener_;
  Timer timer_;
  Accepted accepted_;
  int reserved_;  // descriptors from here on are not for connections
  Duration pause_;
  bool paused_ = false;
  bool held_ = false;
  bool waiting_ = false;
  std::shared_ptr<char> alive_ = std::make_shared<char>();  // a timer's handler may outlive this
};

}  // namespace firedrill
