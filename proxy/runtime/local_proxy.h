#pragma once

#include "proxy/runtime/acceptor.h"
#include "proxy/runtime/listen.h"
#include "proxy/session/pressure.h"
#include "proxy/session/protocols.h"
#include "proxy/session/session.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

// One proxy as one worker runs it: its listeners, its sessions, its counters.
class LocalProxy {
 public:
  LocalProxy(Loop& loop, Resolver& resolver, PumpTools tools, HttpTools& http,
             const ProxySnapshot& proxy, ListenSockets sockets);
  ~LocalProxy();
  LocalProxy(const LocalProxy&) = delete;
  LocalProxy& operator=(const LocalProxy&) = delete;

  // Takes a newer snapshot of the proxy; when its rules have changed, everything open acts on them
  // now.
  void update(const ProxySnapshot& proxy);

  // A deadline has passed, or a rule comes or goes by its shape: the same, as the rules are now.
  void refresh();

  // It is no longer configured, or the process ends: stops listening and lets what is in progress
  // end, which no fault may hold up.
  void drain();

  // It is gone, and with it at once all that is open.
  void cut();

  // Does what the scarcity of memory asks for. To be told again while it lasts.
  void relieve(Pressure pressure, TimePoint now);

  // Writes its access log to `file` from now on.
  void write_access_log(Fd file) { context_.access_log.open(std::move(file)); }

  const HitLog& hits() const { return context_.hits; }
  const std::string& name() const { return context_.config().name; }
  const Counters& counters() const { return context_.counters; }
  std::shared_ptr<const ProxyState> state() const { return context_.proxy.state; }
  bool idle() const;

 private:
  void accepted(Fd fd, const SocketAddress& from);
  void refresh_listener();
  void close_listener();
  void shed(std::vector<std::pair<TimePoint, Session*>> idle, TimePoint now);

  ProxyContext context_;
  std::unique_ptr<Acceptor> acceptor_;
  std::unique_ptr<DatagramServer> datagrams_;  // dns only
};

}  // namespace firedrill
