#pragma once

#include "control/admin/events.h"
#include "control/admin/guard.h"
#include "control/admin/router.h"
#include "control/admin/tokens.h"
#include "proxy/core/bytes.h"
#include "proxy/core/time.h"

#include <functional>
#include <string>
#include <vector>

namespace firedrill::admin {

// What the admin API spends on its callers at most.
struct Limits {
  std::size_t head = 8_KiB;
  std::size_t connections = 64;
  std::size_t event_streams = 16;
  std::size_t event_queue = 64;
  double mutations_per_second = 1000;  // test suites make changes as fast as they can
  Duration head_timeout = std::chrono::seconds(10);
  Duration body_timeout = std::chrono::seconds(30);
  Duration idle_timeout = std::chrono::seconds(60);
  Duration write_timeout = std::chrono::seconds(30);
  Duration heartbeat = std::chrono::seconds(15);
};

// Whether plain HTTP may be served beyond this machine: admin.insecure_remote.
enum class Remote { refused, insecure };

struct Options {
  std::string listen = "127.0.0.1:8474";
  std::vector<std::string> hosts = {};  // more names under which the API may be called
  Remote remote = Remote::refused;
  Tokens tokens = {};
  Limits limits = {};
  // Told of each call that was refused for its role, on the admin thread: the journal's "peek".
  std::function<void(const Request&)> on_denied = {};
};

// What the connections share. Only the admin thread touches it.
struct Service {
  Service(Router the_router, Options options, std::vector<std::string> hosts)
      : router(std::move(the_router)),
        limits(options.limits),
        guard(std::move(hosts), std::move(options.tokens)),
        on_denied(std::move(options.on_denied)),
        mutations(options.limits.mutations_per_second),
        events(options.limits.event_queue) {}

  const Router router;
  const Limits limits;
  Guard guard;
  const std::function<void(const Request&)> on_denied;
  RateLimit mutations;
  EventHub events;
  std::size_t connections = 0;  // being served
  std::size_t turned_away = 0;  // being told that there are too many
};

}  // namespace firedrill::admin
