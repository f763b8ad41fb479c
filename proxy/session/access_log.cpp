#include "proxy/session/access_log.h"

#include "proxy/core/bytes.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace firedrill {
namespace {

constexpr Duration kLongestWait = std::chrono::seconds(1);
constexpr std::size_t kEnough = 32_KiB;  // to be written at once
constexpr std::size_t kMost = 256_KiB;   // that waits for a pipe that is full

bool same_file(const Fd& one, const Fd& other) {
  struct stat first {};
  struct stat second {};
  return ::fstat(one.get(), &first) == 0 && ::fstat(other.get(), &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

}  // namespace

void AccessLog::open(Fd file) {
  flush();
  if (lines_ > 0) drop();
  torn_ = torn_ && same_file(file_, file);
  file_ = std::move(file);
}

void AccessLog::add(std::string_view line) {
  if (waiting_.size() + line.size() > kMost) {
    ++dropped_;
    return;
  }
  if (waiting_.empty()) {
    timer_.arm(Clock::now() + kLongestWait);
    // What waits begins with the rest of a torn line; where that was dropped, its end is missing.
    if (torn_) waiting_.append("\n");
  }
  waiting_.append(line);
  ++lines_;
  if (waiting_.size() >= kEnough) flush();
}

void AccessLog::flush() {
  timer_.disarm();
  while (!waiting_.empty()) {
    const ssize_t written = ::write(file_.get(), waiting_.data(), next_write());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) return timer_.arm(Clock::now() + kLongestWait);
    if (written <= 0) {
      // For the same reason another worker may have written a part only.
      torn_ = true;
      return drop();
    }
    torn_ = waiting_[static_cast<std::size_t>(written) - 1] != '\n';
    waiting_.erase(0, static_cast<std::size_t>(written));
    lines_ = static_cast<std::uint64_t>(std::ranges::count(waiting_, '\n'));
  }
}

// As many whole lines as a pipe takes either at once or not at all, so that those of several
// workers do not mix; or one line, when that is longer.
std::size_t AccessLog::next_write() const {
  const std::size_t last = waiting_.rfind('\n', PIPE_BUF - 1);
  return (last != waiting_.npos ? last : waiting_.find('\n')) + 1;
}

void AccessLog::drop() {
  dropped_ += lines_;
  lines_ = 0;
  waiting_.clear();
}

}  // namespace firedrill
