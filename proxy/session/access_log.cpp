#include "proxy/session/access_log.h"

#include "proxy/core/bytes.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace firedrill {
namespace {

constexpr Duration kLongestWait = std::chrono::seconds(1);
constexpr std::size_t kEnough = 32_KiB;  // to be written at once
constexpr std::size_t kMost = 256_KiB;   // that waits for a pipe that is full

}  // namespace

void AccessLog::open(Fd file) {
  flush();
  if (lines_ > 0) drop();
  torn_ = false;
  file_ = std::move(file);
}

void AccessLog::add(std::string_view line) {
  if (waiting_.size() + line.size() > kMost) {
    ++dropped_;
    return;
  }
  if (waiting_.empty()) timer_.arm(Clock::now() + kLongestWait);
  if (std::exchange(torn_, false)) waiting_.append("\n");
  waiting_.append(line);
  ++lines_;
  if (waiting_.size() >= kEnough) flush();
}

void AccessLog::flush() {
  timer_.disarm();
  while (!waiting_.empty()) {
    const ssize_t written = ::write(file_.get(), waiting_.data(), waiting_.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) return timer_.arm(Clock::now() + kLongestWait);
    if (written <= 0) return drop();
    torn_ = waiting_[static_cast<std::size_t>(written) - 1] != '\n';
    waiting_.erase(0, static_cast<std::size_t>(written));
    lines_ = static_cast<std::uint64_t>(std::ranges::count(waiting_, '\n'));
  }
}

void AccessLog::drop() {
  dropped_ += lines_;
  lines_ = 0;
  waiting_.clear();
}

}  // namespace firedrill
