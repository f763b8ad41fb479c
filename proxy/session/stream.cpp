#include "proxy/session/stream.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace firedrill {

bool Stream::open(Fd fd, State state) {
  fd_ = std::move(fd);
  readable_ = writable_ = state == State::connected;
  hung_up_ = broken_ = reset_seen_ = false;
  return loop_.watch(fd_.get(), *this);
}

void Stream::on_events(std::uint32_t events) {
  if (!fd_) return;
  const bool broken = (events & (EPOLLHUP | EPOLLERR)) != 0;
  hung_up_ = hung_up_ || broken || (events & EPOLLRDHUP) != 0;
  broken_ = broken_ || broken;
  if (broken || (events & (EPOLLIN | EPOLLRDHUP)) != 0) {
    readable_ = true;
    if (reader_ != nullptr) loop_.queue(*reader_);
  }
  // Each arrival of data reports that writing is possible, too: only a change matters.
  if ((broken || (events & EPOLLOUT) != 0) && !writable_) {
    writable_ = true;
    if (writer_ != nullptr) loop_.queue(*writer_);
  }
}

Io Stream::failed_or_blocked(bool& ready) {
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
    ready = errno == EINTR;
    return {Io::Status::would_block};
  }
  broken_ = hung_up_ = readable_ = reset_seen_ = true;
  return {Io::Status::failed};
}

Io Stream::read(std::span<std::byte> into) {
  if (!fd_) return {Io::Status::failed};
  if (!readable_) return {Io::Status::would_block};
  const ssize_t count = ::recv(fd_.get(), into.data(), into.size(), 0);
  if (count < 0) return failed_or_blocked(readable_);
  // A write may have been told of the reset first; then reading ends as if in order.
  if (count == 0) return {reset_seen_ ? Io::Status::failed : Io::Status::end};
  // A short read has emptied the socket: the next arrival is a new edge, unless an end is pending.
  if (static_cast<std::size_t>(count) < into.size() && !hung_up_) readable_ = false;
  return {Io::Status::done, static_cast<std::size_t>(count)};
}

bool Stream::quiet() {
  if (!fd_ || hung_up_) return false;
  if (!readable_) return true;
  std::byte next{};
  if (::recv(fd_.get(), &next, 1, MSG_PEEK) >= 0) return false;
  return failed_or_blocked(readable_).status == Io::Status::would_block;
}

Io Stream::write(ByteView bytes) {
  if (!fd_) return {Io::Status::failed};
  if (!writable_) return {Io::Status::would_block};
  const ssize_t count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (count < 0) return failed_or_blocked(writable_);
  if (static_cast<std::size_t>(count) < bytes.size()) writable_ = false;
  return {Io::Status::done, static_cast<std::size_t>(count)};
}

Io Stream::write(std::span<const std::string_view> pieces) {
  if (!fd_) return {Io::Status::failed};
  if (!writable_) return {Io::Status::would_block};
  constexpr std::size_t kMost = 64;
  std::array<iovec, kMost> vectors;
  const std::size_t used = std::min(pieces.size(), kMost);
  std::size_t total = 0;
  for (std::size_t i = 0; i < used; ++i) {
    vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
    total += pieces[i].size();
  }
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = used;
  const ssize_t count = ::sendmsg(fd_.get(), &message, MSG_NOSIGNAL);
  if (count < 0) return failed_or_blocked(writable_);
  if (static_cast<std::size_t>(count) < total) writable_ = false;
  return {Io::Status::done, static_cast<std::size_t>(count)};
}

Io Stream::splice_to(int pipe, std::size_t count) {
  if (!fd_) return {Io::Status::failed};
  if (!readable_) return {Io::Status::would_block};
  const ssize_t moved =
      ::splice(fd_.get(), nullptr, pipe, nullptr, count, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
  if (moved < 0) return failed_or_blocked(readable_);
  if (moved == 0) return {reset_seen_ ? Io::Status::failed : Io::Status::end};
  return {Io::Status::done, static_cast<std::size_t>(moved)};
}

Io Stream::splice_from(int pipe, std::size_t count) {
  if (!fd_) return {Io::Status::failed};
  if (!writable_) return {Io::Status::would_block};
  const ssize_t moved =
      ::splice(pipe, nullptr, fd_.get(), nullptr, count, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
  if (moved < 0) return failed_or_blocked(writable_);
  return {Io::Status::done, static_cast<std::size_t>(moved)};
}

int Stream::connect_error() {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  // Asking has consumed the error; without a note of it, reading would end as if in order.
  const bool was_made = error == ECONNRESET || error == EPIPE;
  reset_seen_ = reset_seen_ || was_made;
  return was_made ? 0 : error;
}

std::size_t Stream::unsent() const {
  int bytes = 0;
  if (!fd_ || ::ioctl(fd_.get(), SIOCOUTQ, &bytes) != 0) return 0;
  return static_cast<std::size_t>(std::max(bytes, 0));
}

void Stream::shutdown_write() {
  if (fd_) ::shutdown(fd_.get(), SHUT_WR);
}

void Stream::reset() {
  if (!fd_) return;
  const linger hard{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  fd_.close();
}

}  // namespace firedrill
