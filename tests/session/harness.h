#pragma once

#include "proxy/fault/registry.h"
#include "proxy/runtime/worker.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <sys/socket.h>
#include <sys/time.h>

#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::test {

// A loopback socket of the test's own, which plays a client or an upstream. Waits are bounded, so
// that a test which waits in vain fails instead of hanging.
class Plug {
 public:
  explicit Plug(int type) : Plug(Fd(::socket(AF_INET, type | SOCK_CLOEXEC, 0))) {}
  explicit Plug(Fd fd) : fd_(std::move(fd)) {
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }

  static Plug bound(int type) {
    Plug plug(type);
    const SocketAddress any = *literal({.host = "127.0.0.1", .port = 0, .unix_path = {}});
    EXPECT_EQ(::bind(plug.fd(), any.get(), any.size), 0);
    if (type == SOCK_STREAM) {
      EXPECT_EQ(::listen(plug.fd(), 16), 0);
    }
    return plug;
  }
  static Plug connected(int type, std::uint16_t port) {
    Plug plug(type);
    const SocketAddress to = *literal({.host = "127.0.0.1", .port = port, .unix_path = {}});
    EXPECT_EQ(::connect(plug.fd(), to.get(), to.size), 0);
    return plug;
  }

  int fd() const { return fd_.get(); }
  std::uint16_t port() const { return local_of(fd()).port(); }
  Plug accept() const { return Plug(Fd(::accept(fd(), nullptr, nullptr))); }
  void send(ByteView bytes) const {
    EXPECT_EQ(::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  void send_to(ByteView bytes, const SocketAddress& to) const {
    EXPECT_EQ(::sendto(fd(), bytes.data(), bytes.size(), 0, to.get(), to.size),
              static_cast<ssize_t>(bytes.size()));
  }
  // What one call gives, or all of `size`; empty at an end, an error or when nothing came in time.
  Bytes receive(std::size_t size = 65536, int flags = 0) const {
    Bytes bytes(size);
    const ssize_t count = ::recv(fd(), bytes.data(), bytes.size(), flags);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
  }
  std::pair<Bytes, SocketAddress> receive_from() const {
    std::pair<Bytes, SocketAddress> got{Bytes(65536), {}};
    got.second.size = sizeof got.second.storage;
    const ssize_t count =
        ::recvfrom(fd(), got.first.data(), got.first.size(), 0, got.second.get(), &got.second.size);
    got.first.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return got;
  }
  void half_close() const { ::shutdown(fd(), SHUT_WR); }

 private:
  Fd fd_;
};

// The rule of one fault, compiled from JSON; `match` as well.
inline RulePtr rule(std::string_view type, std::string_view with = "{}",
                    std::string_view match = "{}") {
  static std::uint64_t keys = 0;
  Problems problems;
  auto made = std::make_shared<Rule>();
  made->name = type;
  made->key = made->activation = ++keys;
  made->type = find_fault_type(type);
  const Value parameters = from_json(boost::json::parse(with));
  Fields fields(parameters, "with", problems);
  made->spec = made->type->compile(fields);
  made->match =
      Match::read(from_json(boost::json::parse(match)), "match", made->type->family, problems)
          .value_or(Match());
  made->seed = rule_seed(1, made->name);
  made->state = std::make_shared<RuleState>();
  if (made->spec->counts_answers()) made->state->count_answers();
  if (made->spec->freezes_answers()) made->answers = made->state->freeze_answers();
  EXPECT_TRUE(problems.empty()) << describe(problems);
  return made;
}

// The rule with another field or two.
template <class Edit>
RulePtr edited(const RulePtr& rule, Edit edit) {
  auto copy = std::make_shared<Rule>(*rule);
  edit(*copy);
  return copy;
}

inline RulePtr until(TimePoint deadline, const RulePtr& rule) {
  return edited(rule, [deadline](Rule& copy) { copy.deadline = deadline; });
}

inline RulePtr toward(Direction direction, const RulePtr& rule) {
  return edited(rule, [direction](Rule& copy) { copy.direction = direction; });
}

// One proxy on a worker of its own, as a published snapshot makes it.
class RunningProxy {
 public:
  explicit RunningProxy(ProxyConfig config) : worker_(std::make_unique<Worker>(0)) {
    auto listening = open_listeners(config, 1);
    EXPECT_TRUE(listening) << describe(listening.error());
    config.listen = listening->address;
    config_ = std::make_shared<const ProxyConfig>(std::move(config));
    opened_.sockets.emplace(1, std::move(listening->workers.front()));
    publish({});
  }

  std::uint16_t port() const { return config_->listen.port; }

  // Makes these rules, and no others, the active ones; returns when the worker acts on them.
  void publish(const std::vector<RulePtr>& rules) {
    auto active = std::make_shared<ActiveRules>();
    for (const RulePtr& one : rules) {
      active->all.push_back(one);
      if (one->type->family == Family::tcp) active->connection.push_back(one);
      if (one->type->family == Family::http) active->request.add(one);
      if (one->type->family == Family::dns) active->query.add(one);
      if (one->type->family == Family::stream) active->event.push_back(one);
    }
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->generation = ++revision_;
    snapshot->proxies.push_back({.id = 1,
                                 .revision = revision_,
                                 .config = config_,
                                 .rules = active,
                                 .state = state_,
                                 .has_stream_faults = !active->event.empty()});
    install(snapshot);
  }

  // Publishes an edit of the proxy, with no rule.
  template <class Edit>
  void edit(Edit edit) {
    ProxyConfig config = *config_;
    edit(config);
    config_ = std::make_shared<const ProxyConfig>(std::move(config));
    publish({});
  }

  // Publishes that there is no such proxy any more.
  void remove() {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->generation = ++revision_;
    install(snapshot);
  }

  // Tells the worker how scarce memory is.
  void relieve(Pressure pressure) {
    worker_->relieve(pressure);
    counters();  // once it has been told
  }

  // Stops listening; the future is ready when the last session has ended.
  std::future<void> drain() {
    auto drained = std::make_shared<std::promise<void>>();
    worker_->drain([drained] { drained->set_value(); });
    return drained->get_future();
  }

  Counters counters() {
    std::promise<Counters> counted;
    worker_->collect([&](CountersByProxy all) { counted.set_value(all[state_]); });
    return counted.get_future().get();
  }

 private:
  void install(const SnapshotPtr& snapshot) {
    std::promise<void> done;
    worker_->install(snapshot, std::exchange(opened_, {}), [&done] { done.set_value(); });
    done.get_future().wait();
  }

  std::unique_ptr<Worker> worker_;
  Opened opened_;
  std::shared_ptr<const ProxyConfig> config_;
  std::shared_ptr<ProxyState> state_ = std::make_shared<ProxyState>();
  std::uint64_t revision_ = 0;
};

}  // namespace firedrill::test
