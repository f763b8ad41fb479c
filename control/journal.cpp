#include "control/journal.h"

#include "control/log.h"
#include "proxy/core/bytes.h"
#include "proxy/core/rfc3339.h"

#include <boost/json/serialize.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace firedrill {
namespace {

constexpr std::size_t kRing = 1000;
constexpr std::size_t kRingBytes = 8_MiB;
constexpr std::string_view kUnix = "unix:";

int open_file(const std::string& path) {
  return ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
                0600);
}

// Never waits: a listener that is slow is a listener that is not there.
int connect_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    errno = ENAMETOOLONG;
    return -1;
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
    const int fd = ::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -1;
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return fd;
    const int error = errno;
    ::close(fd);
    errno = error;
    if (error != EPROTOTYPE) break;
  }
  return -1;
}

}  // namespace

Result<Journal> Journal::open(std::string target) {
  Journal journal(std::move(target));
  const bool opened = journal.connect_or_open();
  if (!opened && !journal.target_.starts_with(kUnix)) {
    return Problems{{"journal", "cannot open " + journal.target_ + ": " + std::strerror(errno)}};
  }
  return journal;
}

Journal::Journal(Journal&& other) noexcept
    : target_(std::move(other.target_)),
      fd_(std::exchange(other.fd_, -1)),
      next_(other.next_),
      lost_(other.lost_),
      failing_(other.failing_),
      torn_(other.torn_),
      ring_(std::move(other.ring_)),
      ring_bytes_(other.ring_bytes_) {}

Journal& Journal::operator=(Journal&& other) noexcept {
  if (this == &other) return *this;
  drop_target();
  target_ = std::move(other.target_);
  fd_ = std::exchange(other.fd_, -1);
  next_ = other.next_;
  lost_ = other.lost_;
  failing_ = other.failing_;
  torn_ = other.torn_;
  ring_ = std::move(other.ring_);
  ring_bytes_ = other.ring_bytes_;
  return *this;
}

Journal::~Journal() {
  drop_target();
}

Journal::Record Journal::add(Entry entry) {
  Record record{next_++, std::chrono::system_clock::now(), std::move(entry)};
  std::string line = boost::json::serialize(to_json(record));
  if (!target_.empty()) write(line + '\n');
  keep(record.number, std::move(line));
  return record;
}

void Journal::keep(std::uint64_t number, std::string line) {
  ring_bytes_ += line.size();
  ring_.push_back({number, std::move(line)});
  while (ring_.size() > kRing || (ring_bytes_ > kRingBytes && ring_.size() > 1)) {
    ring_bytes_ -= ring_.front().line.size();
    ring_.pop_front();
  }
}

void Journal::reopen() {
  drop_target();
  connect_or_open();
}

std::vector<std::string> Journal::recent(std::uint64_t after) const {
  std::vector<std::string> lines;
  for (const Kept& kept : ring_) {
    if (kept.number > after) lines.push_back(kept.line);
  }
  return lines;
}

bool Journal::connect_or_open() {
  if (target_.empty()) return true;
  fd_ = target_.starts_with(kUnix) ? connect_socket(target_.substr(kUnix.size()))
                                   : open_file(target_);
  return fd_ >= 0;
}

void Journal::write(std::string line) {
  const bool socket = target_.starts_with(kUnix);
  if (torn_) line.insert(line.begin(), '\n');
  if (fd_ >= 0 || connect_or_open()) {
    const auto written = socket ? ::send(fd_, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT)
                                : ::write(fd_, line.data(), line.size());
    if (written == static_cast<ssize_t>(line.size())) {
      failing_ = false;
      torn_ = false;
      return;
    }
    // A full disk takes a part of a line, which must not run into the next one.
    if (!socket && written > 0) torn_ = true;
  }
  const int error = errno;
  ++lost_;
  // After half a line a stream would run into the next one, so it starts anew.
  drop_target();
  if (!std::exchange(failing_, true)) {
    log::error("the journal cannot be written",
               {{"target", target_}, {"error", std::strerror(error)}});
  }
}

void Journal::drop_target() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

boost::json::value to_json(const Journal::Record& record) {
  boost::json::object json{{"number", record.number},   {"time", rfc3339(record.time)},
                           {"who", record.entry.who},   {"from", record.entry.from},
                           {"what", record.entry.what}, {"subject", record.entry.subject}};
  if (!record.entry.reason.empty()) json["reason"] = record.entry.reason;
  if (!record.entry.diff.is_null()) json["diff"] = record.entry.diff;
  return json;
}

}  // namespace firedrill
