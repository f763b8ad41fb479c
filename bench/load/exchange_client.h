#pragma once

#include "bench/load/event_loop.h"
#include "bench/load/meter.h"
#include "bench/load/paced_start.h"
#include "bench/load/reply.h"
#include "proxy/core/bytes.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace firedrill::bench {

enum class Connections { kept, one_per_request };

// Sends a request on each of its connections, waits for the whole reply, and goes again: at once,
// or after a pause. `Reply` says when a reply is complete (reply.h).
template <class Reply>
class ExchangeClient {
 public:
  struct Plan {
    Endpoint to;
    std::string opening = {};  // sent once on each connection, ahead of its first request
    std::string request;
    Reply reply;
    std::size_t connections = 1;
    Connections use = Connections::kept;
    Duration pause{};  // between a reply and the next request; kNoMore for a single exchange
  };

  static constexpr Duration kNoMore = Duration::max();

  ExchangeClient(EventLoop& loop, Meter& meter, Plan plan)
      : loop_(loop), meter_(meter), plan_(std::move(plan)) {
    if (plan_.pause > Duration::zero() && plan_.pause != kNoMore) {
      paced_.emplace(loop_, [this](std::size_t index) { start(connections_[index]); });
    }
    while (connections_.size() < std::min(plan_.connections, kOpeningAtOnce)) open_another();
  }

  // Whether every connection has completed an exchange.
  bool warm() const { return warm_ == plan_.connections; }

 private:
  static constexpr std::size_t kOpeningAtOnce = 256;

  struct Connection {
    std::size_t index;
    Reply reply;
    Socket socket{};
    TimePoint started{};
    std::string unsent{};
    bool waiting = false;  // for the rest of a reply
    bool warm = false;
  };

  void open_another() {
    connections_.push_back({.index = connections_.size(), .reply = plan_.reply});
    open(connections_.back());
  }

  // Replaces the connection. The old socket is closed only after the new one is open, so that the
  // two have different descriptors and the loop can't take one for the other.
  void open(Connection& connection) {
    Socket fresh = connect_tcp(plan_.to);
    const int descriptor = fresh.descriptor();
    loop_.watch(descriptor, Interest::edges, [this, &connection, descriptor] {
      if (connection.socket.descriptor() == descriptor) advance(connection);
      return connection.socket.descriptor() == descriptor ? Next::keep : Next::drop;
    });
    connection.socket = std::move(fresh);
    connection.unsent = plan_.opening;
    start(connection);
  }

  void start(Connection& connection) {
    connection.reply = plan_.reply;
    connection.started = Clock::now();
    connection.unsent += plan_.request;
    connection.waiting = true;
    send_rest(connection);
  }

  void advance(Connection& connection) {
    send_rest(connection);
    while (true) {
      const ssize_t count = recv(connection.socket.descriptor(), buffer_.data(), buffer_.size(), 0);
      if (count < 0 && errno == EAGAIN) return;
      if (count < 0) return fail(connection, std::generic_category().message(errno));
      if (count == 0) return fail(connection, "the connection ended before the reply");
      const ByteView bytes = ByteView(buffer_).first(static_cast<std::size_t>(count));
      meter_.bytes(bytes.size());
      const Progress progress = connection.waiting ? connection.reply.take(bytes) : Progress::bad;
      if (progress == Progress::bad) return fail(connection, "unexpected reply");
      if (progress == Progress::done) return finish(connection);
    }
  }

  void send_rest(Connection& connection) {
    while (!connection.unsent.empty()) {
      const ssize_t count = send(connection.socket.descriptor(), connection.unsent.data(),
                                 connection.unsent.size(), MSG_NOSIGNAL);
      if (count < 0) return;  // not yet; or failed, which the next receive will tell
      connection.unsent.erase(0, static_cast<std::size_t>(count));
    }
  }

  void finish(Connection& connection) {
    const TimePoint now = Clock::now();
    meter_.unit(now - connection.started);
    connection.waiting = false;
    const bool first = !std::exchange(connection.warm, true);
    if (first) ++warm_;
    if (first && connections_.size() < plan_.connections) open_another();
    if (plan_.use == Connections::one_per_request) return open(connection);
    if (!first) return again(connection, now + plan_.pause);
    if (warm()) go_on(now);
  }

  // All kept connections, at once or evenly spread over a pause.
  void go_on(TimePoint now) {
    if (plan_.pause == kNoMore) return;
    const auto step = plan_.pause / static_cast<Duration::rep>(connections_.size());
    TimePoint due = now;
    for (Connection& connection : connections_) again(connection, due += step);
  }

  void again(Connection& connection, TimePoint due) {
    if (!paced_) return start(connection);
    paced_->add(due, connection.index);
  }

  void fail(Connection& connection, const std::string& what) {
    meter_.error(what);
    open(connection);
  }

  EventLoop& loop_;
  Meter& meter_;
  Plan plan_;
  std::optional<PacedStart> paced_;
  std::deque<Connection> connections_;
  std::size_t warm_ = 0;
  std::array<std::byte, 64_KiB> buffer_;
};

}  // namespace firedrill::bench
