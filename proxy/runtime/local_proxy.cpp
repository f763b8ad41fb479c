#include "proxy/runtime/local_proxy.h"

#include <algorithm>

namespace firedrill {
namespace {

// Whether a rule that hits everybody asks for the listener itself to be closed.
bool closes_listener(const ActiveRules& rules, TimePoint now) {
  return std::ranges::any_of(rules.connection, [now](const RulePtr& rule) {
    return rule->acts(now) && rule->hits_everything() && rule->spec->closes_listener();
  });
}

}  // namespace

LocalProxy::LocalProxy(Loop& loop, Resolver& resolver, PumpTools tools, HttpTools& http,
                       const ProxySnapshot& proxy, ListenSockets sockets)
    : context_{.loop = loop, .resolver = resolver, .tools = tools, .http = http, .proxy = proxy} {
  acceptor_ = std::make_unique<Acceptor>(
      loop.context(), std::move(sockets.stream),
      [this](Fd fd, const SocketAddress& from) { accepted(std::move(fd), from); });
  const auto serve = sessions_of(proxy.config->protocol).serve;
  if (serve != nullptr) datagrams_ = serve(context_, std::move(sockets.datagram));
  refresh_listener();
}

LocalProxy::~LocalProxy() {
  cut();
}

void LocalProxy::accepted(Fd fd, const SocketAddress& from) {
  ProxyState& state = *context_.proxy.state;
  if (state.open.fetch_add(1, std::memory_order_relaxed) >= context_.config().max_connections) {
    state.open.fetch_sub(1, std::memory_order_relaxed);
    ++context_.counters.connections_rejected;
    return;  // closing it refuses the client
  }
  const Peer peer{.address = from.ip(),
                  .port = from.port(),
                  .connection = state.connections.fetch_add(1, std::memory_order_relaxed) + 1};
  sessions_of(context_.config().protocol).start(context_, std::move(fd), peer);
}

void LocalProxy::update(const ProxySnapshot& proxy) {
  if (context_.draining) return;
  const bool changed = proxy.revision != context_.proxy.revision;
  context_.proxy = proxy;
  context_.hits.sweep();
  if (context_.config().access_log.empty()) context_.access_log.open({});
  if (changed) refresh();
}

void LocalProxy::refresh() {
  refresh_listener();
  // A session may end, and leave the list, while it looks at its rules.
  for (auto it = context_.sessions.begin(); it != context_.sessions.end();) {
    Session& session = *it++;
    session.refresh();
  }
  if (datagrams_ != nullptr) datagrams_->refresh();
}

void LocalProxy::refresh_listener() {
  if (context_.draining) return;
  // A Unix listener can't be opened again; there the verdict at accept resets.
  const bool can_pause = !context_.config().listen.is_unix();
  if (can_pause && closes_listener(context_.rules(), context_.loop.now())) {
    acceptor_->pause();
  } else {
    acceptor_->resume();
  }
}

void LocalProxy::relieve(Pressure pressure, TimePoint now) {
  if (acceptor_ != nullptr) {
    context_.counters.accepting = pressure == Pressure::none;
    pressure == Pressure::none ? acceptor_->release() : acceptor_->hold();
  }
  if (pressure == Pressure::none) return;
  std::vector<std::pair<TimePoint, Session*>> idle;
  for (Session& session : context_.sessions) {
    if (const auto since = session.idle_since(now)) idle.emplace_back(*since, &session);
  }
  if (pressure == Pressure::critical) shed(std::move(idle), now);
}

// Some at a time, since it takes a moment until memory is seen to be free again. A second of
// silence is what a connection may have between any two messages.
void LocalProxy::shed(std::vector<std::pair<TimePoint, Session*>> idle, TimePoint now) {
  constexpr Duration kLeastIdle = std::chrono::seconds(1);
  constexpr std::size_t kPart = 32;
  const TimePoint latest = now - kLeastIdle;
  std::erase_if(idle, [latest](const auto& one) { return one.first > latest; });
  std::ranges::stable_sort(idle, {}, [](const auto& one) { return one.first; });
  idle.resize((idle.size() + kPart - 1) / kPart);
  for (const auto& [since, session] : idle) {
    session->unlink();
    delete session;
  }
  const auto count = static_cast<std::uint32_t>(idle.size());
  context_.proxy.state->open.fetch_sub(count, std::memory_order_relaxed);
  context_.counters.connections_shed += count;
}

void LocalProxy::drain() {
  context_.draining = true;
  context_.access_log.flush();
  context_.proxy.rules = std::make_shared<const ActiveRules>();
  if (acceptor_ != nullptr) acceptor_->accept_waiting();
  close_listener();
  if (datagrams_ != nullptr) datagrams_->drain();
  refresh();
  for (auto it = context_.sessions.begin(); it != context_.sessions.end();) {
    Session& session = *it++;
    session.drain();
  }
}

void LocalProxy::close_listener() {
  acceptor_.reset();
  context_.counters.accepting = true;  // a listener that is gone waits for no memory
}

void LocalProxy::cut() {
  close_listener();
  datagrams_.reset();
  context_.sessions.clear_and_dispose([this](Session* session) {
    context_.proxy.state->open.fetch_sub(1, std::memory_order_relaxed);
    delete session;
  });
}

bool LocalProxy::idle() const {
  return context_.sessions.empty() && (datagrams_ == nullptr || datagrams_->idle());
}

}  // namespace firedrill
