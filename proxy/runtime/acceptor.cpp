#include "proxy/runtime/acceptor.h"

#include "proxy/runtime/listen.h"
#include "proxy/session/descriptor_reserve.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace firedrill {
namespace {

constexpr Duration kShortestPause = std::chrono::milliseconds(10);
constexpr Duration kLongestPause = std::chrono::milliseconds(500);
constexpr int kBatch = 64;  // connections in a row, before sessions have their turn

}  // namespace

Acceptor::Acceptor(asio::io_context& context, Fd listener, Accepted accepted)
    : listener_(context.get_executor(), listener.release()),
      timer_(context.get_executor()),
      accepted_(std::move(accepted)),
      reserved_(first_reserved_descriptor()),
      pause_(kShortestPause) {
  wait();
}

void Acceptor::wait() {
  if (std::exchange(waiting_, true)) return;
  listener_.async_wait(Descriptor::wait_read, [this](error_code ec) {
    if (ec == asio::error::operation_aborted) return;  // being destroyed
    waiting_ = false;
    if (!paused_ && !held_) accept();
  });
}

Fd Acceptor::next(SocketAddress& peer) {
  peer.size = sizeof peer.storage;
  return Fd(
      ::accept4(listener_.native_handle(), peer.get(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

void Acceptor::accept_waiting() {
  SocketAddress peer;
  for (Fd fd = next(peer); fd; fd = next(peer)) accepted_(std::move(fd), peer);
}

void Acceptor::accept() {
  for (int i = 0; i < kBatch; ++i) {
    SocketAddress peer;
    Fd fd = next(peer);
    if (fd) {
      const bool scarce = fd.get() >= reserved_;
      if (!scarce) pause_ = kShortestPause;
      accepted_(std::move(fd), peer);
      if (scarce) return back_off();
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
      return back_off();
    if (errno == EINVAL && !paused_) return back_off();  // could not listen again
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINVAL) break;
    // The rest (ECONNABORTED and the network errors of accept(2)) ends one connection, not the
    // listener.
  }
  wait();
}

void Acceptor::back_off() {
  timer_.expires_after(pause_);
  pause_ = std::min(pause_ * 2, kLongestPause);
  timer_.async_wait([this, alive = std::weak_ptr(alive_)](error_code ec) {
    if (ec || alive.expired() || paused_ || held_) return;
    listen_again(listener_.native_handle());  // again, if resume() could not
    const Fd lowest(::fcntl(listener_.native_handle(), F_DUPFD_CLOEXEC, 0));
    if (!lowest || lowest.get() >= reserved_) return back_off();
    accept();
  });
}

void Acceptor::pause() {
  if (std::exchange(paused_, true)) return;
  ::shutdown(listener_.native_handle(), SHUT_RD);
}

void Acceptor::resume() {
  if (!std::exchange(paused_, false)) return;
  listen_again(listener_.native_handle());
  if (!held_) wait();
}

void Acceptor::release() {
  if (std::exchange(held_, false) && !paused_) wait();
}

}  // namespace firedrill
