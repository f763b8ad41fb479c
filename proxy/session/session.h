#pragma once

#include "proxy/core/counters.h"
#include "proxy/model/hit_log.h"
#include "proxy/model/snapshot.h"
#include "proxy/session/access_log.h"
#include "proxy/session/http_tools.h"
#include "proxy/session/pump.h"
#include "proxy/session/resolver.h"

#include <boost/intrusive/list.hpp>

#include <cstdint>
#include <optional>

namespace firedrill {

// One accepted connection at work. It starts itself, ends itself by retire(), and belongs to the
// list of its proxy on its worker.
class Session : public Retired,
                public boost::intrusive::list_base_hook<
                    boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  // The active rules of the proxy have changed, or a deadline or an edge of a flap has passed: acts
  // on what is open, at once.
  virtual void refresh() = 0;
  // The process is going to end: finish what is in progress and take nothing new.
  virtual void drain() = 0;

  // Since when it has been seen to be idle; nothing while it is at work. It is looked at again and
  // again while memory is scarce, and at no other time.
  std::optional<TimePoint> idle_since(TimePoint now) {
    const auto seen = progress();
    if (!seen || seen != seen_) idle_since_ = now;
    seen_ = seen;
    return seen ? std::optional(idle_since_) : std::nullopt;
  }

 private:
  // A number that changes with whatever goes through it; nothing while it is at work all the same.
  virtual std::optional<std::uint64_t> progress() const = 0;

  std::optional<std::uint64_t> seen_;
  TimePoint idle_since_{};
};

using SessionList = boost::intrusive::list<Session, boost::intrusive::constant_time_size<false>>;

// A proxy as one worker's sessions see it: what the worker lends them, and what they count into.
struct ProxyContext {
  Loop& loop;
  Resolver& resolver;
  PumpTools tools;
  HttpTools& http;
  ProxySnapshot proxy;  // as published last
  Counters counters = {};
  HitLog hits = {};
  AccessLog access_log{loop, counters.access_log_dropped};
  SessionList sessions = {};
  bool draining = false;

  const ProxyConfig& config() const { return *proxy.config; }
  const ActiveRules& rules() const { return *proxy.rules; }

  // Ends a session: it is destroyed once its coroutines have returned.
  void retire(Session& session) {
    session.unlink();
    proxy.state->open.fetch_sub(1, std::memory_order_relaxed);
    loop.retire(std::unique_ptr<Retired>(&session));
  }
};

}  // namespace firedrill
