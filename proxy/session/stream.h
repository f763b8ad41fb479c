#pragma once

#include "proxy/core/bytes.h"
#include "proxy/session/fd.h"
#include "proxy/session/loop.h"

#include <span>
#include <string_view>

namespace firedrill {

// What a non-blocking read or write did.
struct Io {
  enum class Status : std::uint8_t {
    done,         // `count` bytes moved
    would_block,  // none; the loop will tell when there is more
    end,          // the peer has sent FIN (reads only)
    failed,       // the connection is reset or broken
  };
  Status status = Status::done;
  std::size_t count = 0;
};

// A connected stream socket of a session, TCP or Unix. Remembers what the loop has said of it, so
// that the system call is tried first and waited for only after it would have blocked. Whoever
// reads and whoever writes are each queued when that may go on.
class Stream final : public Source {
 public:
  explicit Stream(Loop& loop) : loop_(loop) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Takes over a connected socket, or one that is connecting. False when it can't be watched.
  enum class State : std::uint8_t { connected, connecting };
  [[nodiscard]] bool open(Fd fd, State state);

  // The others who wait for it; each must outlive this or be replaced. Null for nobody.
  void set_reader(Runnable* reader) { reader_ = reader; }
  void set_writer(Runnable* writer) { writer_ = writer; }

  Io read(std::span<std::byte> into);
  // Whether nothing has arrived, not even an end: so an idle connection is good for another
  // exchange.
  bool quiet();
  Io write(ByteView bytes);
  Io write(std::span<const std::string_view> pieces);
  // Moves up to `count` bytes from the socket into a pipe, or from a pipe into the socket,
  // uncopied.
  Io splice_to(int pipe, std::size_t count);
  Io splice_from(int pipe, std::size_t count);

  // The peer has hung up or reset: there is nothing to wait for beyond what can be read.
  bool broken() const { return broken_; }
  // The peer has at least ended its direction, though there may be bytes of it to read.
  bool hung_up() const { return hung_up_; }
  bool is_open() const { return static_cast<bool>(fd_); }
  bool writable() const { return writable_; }
  int fd() const { return fd_.get(); }

  // How a connection attempt ended: 0 or an errno. Only once it is writable or broken. A connection
  // that was made and has been reset since counts as made: what it received before can still be
  // read.
  int connect_error();

  // Bytes that the peer has not acknowledged yet.
  std::size_t unsent() const;

  // Gives the socket away; it stays registered until another stream opens it.
  Fd take() { return std::move(fd_); }

  void shutdown_write();
  void close() { fd_.close(); }
  // Closes with RST; unsent bytes are lost.
  void reset();

  void on_events(std::uint32_t events) override;

 private:
  Io failed_or_blocked(bool& ready);

  Loop& loop_;
  Fd fd_;
  Runnable* reader_ = nullptr;
  Runnable* writer_ = nullptr;
  bool readable_ = false;
  bool writable_ = false;
  bool hung_up_ = false;  // an end is pending: read until it comes
  bool broken_ = false;
  bool reset_seen_ = false;  // a write has consumed the socket's error
};

}  // namespace firedrill
