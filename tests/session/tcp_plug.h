#pragma once

#include "proxy/core/rng.h"
#include "tests/session/harness.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <future>
#include <string>
#include <string_view>
#include <thread>

namespace firedrill::test {

using namespace std::chrono_literals;

// What a connection does next, or has come to.
enum class Heard : std::uint8_t { bytes, fin, rst, silence };

inline void PrintTo(Heard heard, std::ostream* out) {
  constexpr std::string_view kWords[] = {"bytes", "FIN", "RST", "silence"};
  *out << kWords[static_cast<std::size_t>(heard)];
}

inline Heard hear(const Plug& plug, int flags = 0) {
  char byte = 0;
  const ssize_t count = ::recv(plug.fd(), &byte, 1, flags);
  if (count > 0) return Heard::bytes;
  if (count == 0) return Heard::fin;
  return errno == ECONNRESET ? Heard::rst : Heard::silence;
}

// Whether nothing has come, without waiting for it.
inline bool is_quiet(const Plug& plug) {
  return hear(plug, MSG_DONTWAIT | MSG_PEEK) == Heard::silence;
}

inline void say(const Plug& plug, std::string_view text) {
  plug.send(as_bytes(text));
}

// The next `size` bytes, or fewer at an end or when no more came in time.
inline std::string next(const Plug& plug, std::size_t size) {
  return std::string(as_text(plug.receive(size, MSG_WAITALL)));
}

// Waits for exactly this text.
inline void expect(const Plug& plug, std::string_view text) {
  EXPECT_EQ(next(plug, text.size()), text);
}

// Bytes of which no two stretches are alike, so that none can be lost, doubled or swapped unseen.
inline Bytes noise(std::size_t size, std::uint64_t seed = 1) {
  Rng rng(seed);
  Bytes bytes(size);
  std::ranges::generate(bytes, [&rng] { return static_cast<std::byte>(rng.next()); });
  return bytes;
}

// Sends on a thread of its own, which may have to wait for the other end.
inline std::future<void> sending(const Plug& plug, const Bytes& bytes) {
  return std::async(std::launch::async, [&plug, &bytes] { plug.send(bytes); });
}

// Without a word about a million bytes when they are not the same.
inline void expect_bytes(const Plug& plug, const Bytes& bytes) {
  const Bytes got = plug.receive(bytes.size(), MSG_WAITALL);
  EXPECT_EQ(got.size(), bytes.size());
  EXPECT_TRUE(got == bytes);
}

// Closes with RST, once everything sent has arrived: an RST takes back what has not.
inline void reset(Plug plug) {
  for (int unsent = 1; unsent > 0 && ::ioctl(plug.fd(), SIOCOUTQ, &unsent) == 0;) {
    std::this_thread::yield();
  }
  const linger hard{.l_onoff = 1, .l_linger = 0};
  setsockopt(plug.fd(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

// A port at which connections are refused for as long as the plug lives.
inline Plug refusing() {
  Plug plug(SOCK_STREAM);
  const SocketAddress any = *literal({.host = "127.0.0.1", .port = 0, .unix_path = {}});
  EXPECT_EQ(::bind(plug.fd(), any.get(), any.size), 0);
  return plug;
}

// A port at which connections neither succeed nor fail: its queue is full.
class Mute {
 public:
  Mute() : listener_(refusing()) {
    EXPECT_EQ(::listen(listener_.fd(), 0), 0);
    for (int i = 0; i < 2; ++i) {
      Plug& plug = waiting_.emplace_back(SOCK_STREAM);
      ::fcntl(plug.fd(), F_SETFL, O_NONBLOCK);
      const SocketAddress to = local_of(listener_.fd());
      ::connect(plug.fd(), to.get(), to.size);
    }
  }
  std::uint16_t port() const { return listener_.port(); }

 private:
  Plug listener_;
  std::vector<Plug> waiting_;
};

inline Address address(std::uint16_t port, std::string host = "127.0.0.1") {
  return {.host = std::move(host), .port = port, .unix_path = {}};
}

inline ProxyConfig proxy_config(Protocol protocol, std::vector<Address> upstream) {
  ProxyConfig config;
  config.name = "proxy";
  config.protocol = protocol;
  config.listen = address(0);
  config.upstream.addresses = std::move(upstream);
  return config;
}

// Asks again and again until `holds`; false when it has not come to that in ten seconds.
template <class Condition>
bool eventually(Condition holds) {
  const TimePoint limit = Clock::now() + 10s;
  while (!holds()) {
    if (Clock::now() >= limit) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace firedrill::test
