#pragma once

#include "proxy/session/fd.h"
#include "proxy/session/loop.h"

#include <functional>

namespace firedrill {

// A datagram socket in the loop. Reads some batches in a row while there are any, then lets others
// have their turn.
class DatagramSocket final : public Source, public Runnable {
 public:
  enum class More : std::uint8_t { no, yes };
  // Reads one batch and says whether there may be another.
  using Read = std::function<More()>;

  DatagramSocket(Loop& loop, Fd fd, Read read);
  DatagramSocket(const DatagramSocket&) = delete;
  DatagramSocket& operator=(const DatagramSocket&) = delete;

  int fd() const { return fd_.get(); }
  // False when the kernel refused to watch it.
  bool watched() const { return watched_; }
  void close() { fd_.close(); }

  void on_events(std::uint32_t events) override;
  void run() override;

 private:
  Loop& loop_;
  Fd fd_;
  Read read_;
  bool watched_;
};

}  // namespace firedrill
