#include "proxy/session/connect.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

namespace firedrill {
namespace {

constexpr Duration kAttemptDelay = std::chrono::milliseconds(250);  // RFC 8305 section 8

// Of an attempt that ended with an errno, or 0.
Connected outcome(int error) {
  Connected connected;
  connected.ok = error == 0;
  connected.timed_out = error == ETIMEDOUT;
  if (error != 0) connected.error = std::strerror(error);
  return connected;
}

// Starts to connect. Gives 0 when it is under way, else an errno.
int begin(Stream& stream, const SocketAddress& address) {
  Fd fd = stream_socket(address.family());
  if (!fd) return errno;
  const int result = ::connect(fd.get(), address.get(), address.size);
  if (result != 0 && errno != EINPROGRESS) return errno;
  const auto state = result == 0 ? Stream::State::connected : Stream::State::connecting;
  return stream.open(std::move(fd), state) ? 0 : errno;
}

// All addresses of the upstream that may be tried, in order.
Task<Resolution> resolve_all(Resolver& resolver, const Upstream& upstream, Wakeup& wakeup,
                             TimePoint deadline) {
  Resolution all;
  for (const Address& address : upstream.addresses) {
    Resolution one = co_await resolver.resolve(address, wakeup, deadline);
    if (!one.error.empty()) all.error = address.host + ": " + one.error;
    all.addresses.insert(all.addresses.end(), one.addresses.begin(), one.addresses.end());
  }
  co_return permitted(std::move(all));
}

// Attempts beside each other, each with a stream of its own.
class Race {
 public:
  Race(Loop& loop, Wakeup& wakeup) : loop_(loop), wakeup_(wakeup) {}

  void attempt(const SocketAddress& address) {
    auto stream = std::make_unique<Stream>(loop_);
    stream->set_writer(&wakeup_);
    if (const int error = begin(*stream, address); error != 0) {
      error_ = error;
    } else {
      attempts_.push_back(std::move(stream));
    }
  }

  // Drops the attempts that failed; true when one has succeeded.
  bool settle() {
    std::erase_if(attempts_, [this](const auto& stream) {
      if (!stream->writable()) return false;
      const int error = stream->connect_error();
      if (error != 0) error_ = error;
      return error != 0;
    });
    for (const auto& stream : attempts_) {
      if (stream->writable()) winner_ = stream.get();
    }
    return winner_ != nullptr;
  }

  bool pending() const { return !attempts_.empty(); }
  int error() const { return error_; }
  Fd take() { return winner_->take(); }

 private:
  Loop& loop_;
  Wakeup& wakeup_;
  std::vector<std::unique_ptr<Stream>> attempts_;
  Stream* winner_ = nullptr;
  int error_ = ECONNREFUSED;
};

// One address that needs no resolving, which is what most proxies have.
Task<Connected> connect_one(Loop& loop, SocketAddress address, TimePoint deadline, Stream& stream,
                            Wakeup& wakeup) {
  int error = begin(stream, address);
  while (error == 0 && !stream.writable() && loop.now() < deadline) {
    co_await wakeup.wait_until(deadline);
  }
  if (error == 0) error = stream.writable() ? stream.connect_error() : ETIMEDOUT;
  co_return outcome(error);
}

Task<Connected> connect_first(Loop& loop, std::vector<SocketAddress> addresses, TimePoint deadline,
                              Stream& stream, Wakeup& wakeup) {
  Race race(loop, wakeup);
  std::size_t next = 0;
  TimePoint next_attempt = loop.now();
  while (!race.settle()) {
    const TimePoint now = loop.now();
    const bool more = next < addresses.size();
    if (now >= deadline) co_return outcome(ETIMEDOUT);
    if (!more && !race.pending()) co_return outcome(race.error());
    if (more && (now >= next_attempt || !race.pending())) {
      race.attempt(addresses[next++]);
      next_attempt = now + kAttemptDelay;
      continue;
    }
    const TimePoint until = more ? std::min(next_attempt, deadline) : deadline;
    co_await wakeup.wait_until(until);
  }
  const bool watched = stream.open(race.take(), Stream::State::connected);
  co_return outcome(watched ? 0 : errno);
}

}  // namespace

Resolution permitted(Resolution resolution) {
  const auto refused = std::erase_if(
      resolution.addresses, [](const SocketAddress& address) { return is_metadata(address.ip()); });
  if (refused > 0) resolution.error = "a metadata address, which is never proxied";
  return resolution;
}

Task<Connected> connect(Loop& loop, Resolver& resolver, const ProxyConfig& config, Stream& stream,
                        Wakeup& wakeup) {
  const TimePoint deadline = loop.now() + config.connect_timeout;
  stream.set_writer(&wakeup);
  Connected connected;
  const auto& addresses = config.upstream.addresses;
  const auto known = addresses.size() == 1 ? literal(addresses.front()) : std::nullopt;
  if (known) {
    connected = co_await connect_one(loop, *known, deadline, stream, wakeup);
  } else {
    Resolution resolution = co_await resolve_all(resolver, config.upstream, wakeup, deadline);
    if (resolution.addresses.empty()) {
      connected.error = std::move(resolution.error);
    } else {
      connected =
          co_await connect_first(loop, std::move(resolution.addresses), deadline, stream, wakeup);
    }
  }
  if (!connected.ok) stream.close();
  stream.set_writer(nullptr);
  co_return connected;
}

}  // namespace firedrill
