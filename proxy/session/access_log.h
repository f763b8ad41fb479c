#pragma once

#include "proxy/session/fd.h"
#include "proxy/session/loop.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace firedrill {

// The access log of one proxy as one worker writes it: whole lines, appended to a file that other
// workers append to as well. Lines wait for each other, but no longer than a second, and never for
// the file: what it does not take is dropped and counted. A line of which only a part could be
// written, as on a full disk, never runs into a whole one.
class AccessLog final : public Runnable {
 public:
  // Both outlive it; `dropped` counts lines.
  AccessLog(Loop& loop, std::uint64_t& dropped) : timer_(loop, *this), dropped_(dropped) {}
  ~AccessLog() override { flush(); }
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  // Writes to `file`, which has been opened for appending, from now on; what waits goes to the one
  // before. With none the log is closed.
  void open(Fd file);
  bool is_open() const { return static_cast<bool>(file_); }

  // Takes a line with its end. Only while it is open.
  void add(std::string_view line);

  // Writes what waits.
  void flush();
  void run() override { flush(); }

 private:
  std::size_t next_write() const;
  void drop();

  Timer timer_;
  std::uint64_t& dropped_;
  Fd file_;
  std::string waiting_;
  std::uint64_t lines_ = 0;  // that end in waiting_
  bool torn_ = false;        // the file may end within a line, of ours or of another worker
};

}  // namespace firedrill
