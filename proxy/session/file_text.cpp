#include "proxy/session/file_text.h"

#include "proxy/session/fd.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace firedrill {

Result<std::string> file_text(const std::string& path, std::size_t most) {
  const auto refusal = [] {
    return Problems{{"", std::string("can't be read: ").append(std::strerror(errno))}};
  };
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file) return refusal();
  std::string text;
  std::array<char, 16384> part;
  while (text.size() < most) {
    const std::size_t wanted = std::min(part.size(), most - text.size());
    const ssize_t count = ::read(file.get(), part.data(), wanted);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return refusal();
    if (count == 0) break;
    text.append(part.data(), static_cast<std::size_t>(count));
  }
  return text;
}

}  // namespace firedrill
