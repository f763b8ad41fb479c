#include "proxy/session/pipe_pool.h"

#include <fcntl.h>

#include <algorithm>
#include <array>

namespace firedrill {

Pipe PipePool::take() {
  if (!free_.empty()) {
    Pipe pipe = std::move(free_.back());
    free_.pop_back();
    return pipe;
  }
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) != 0) return {};
  Pipe pipe{Fd(ends[0]), Fd(ends[1])};
  if (std::max(ends[0], ends[1]) >= reserved_) return {};
  // A refusal (the user's limit on pipe memory) leaves the usual 64 KiB, which works as well.
  ::fcntl(ends[1], F_SETPIPE_SZ, static_cast<int>(kPipeBytes));
  return pipe;
}

void PipePool::give(Pipe pipe) {
  if (pipe.read && free_.size() < kMost) free_.push_back(std::move(pipe));
}

}  // namespace firedrill
