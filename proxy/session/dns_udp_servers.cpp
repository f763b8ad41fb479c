// DnsUdpServer, the servers that it asks.

#include "proxy/session/dns_udp_server.h"

#include <algorithm>

namespace firedrill {

DnsUpstreams& DnsUdpServer::servers() {
  if (config_ != proxy_.proxy.config) {  // reloaded
    config_ = proxy_.proxy.config;
    servers_ = DnsUpstreams(*config_, local_of(listener_.fd()));
  }
  return servers_;
}

// The first of the group, from that place on, whose sockets can be made.
DnsUdpServer::Chosen DnsUdpServer::upstream_of(std::size_t group, std::size_t from, TimePoint now) {
  const auto all = servers().servers(group, now);
  for (std::size_t attempt = from; attempt < all.size(); ++attempt) {
    if (auto* const upstream = upstream_at(all[attempt])) {
      return {.upstream = upstream, .attempt = static_cast<std::uint16_t>(attempt)};
    }
  }
  return {};
}

// Null when none of its sockets can be made now.
DnsUdpUpstream* DnsUdpServer::upstream_at(const SocketAddress& server) {
  for (auto& upstream : upstreams_) {
    if (same_endpoint(upstream->server(), server)) return upstream.get();
  }
  // Something has changed; those that are asked no more go, and with them what they still owe.
  std::erase_if(upstreams_, [&](const auto& upstream) {
    const bool asked = servers_.contains(upstream->server());
    if (!asked) upstream->flush();
    return !asked;
  });
  auto made = std::make_unique<DnsUdpUpstream>(
      proxy_.loop, server, next_upstream_++,
      [this](int fd, std::uint32_t socket) { return read_replies(fd, socket); });
  if (!made->usable()) return nullptr;
  made->choose(random_.next());
  upstreams_.push_back(std::move(made));
  return upstreams_.back().get();
}

void DnsUdpServer::choose_sockets() {
  const std::uint32_t random = random_.next();
  for (const auto& upstream : upstreams_) upstream->choose(random);
}

bool DnsUdpServer::has_next(const PendingQuery& query, TimePoint now) {
  return !query.message.empty() && query.attempt + 1U < servers().servers(query.group, now).size();
}

// Keeps what may have to be asked again, unless it is longer than any query needs to be.
void DnsUdpServer::keep_for_failover(PendingQuery& query, ByteView message, TimePoint now) {
  constexpr std::size_t kLongest = 4096;
  query.message.clear();
  if (message.size() > kLongest || query.attempt + 1U >= servers().servers(query.group, now).size())
    return;
  query.message.assign(message.begin(), message.end());
  await_failover(query, now);
}

// Each server has the same part of the whole time.
void DnsUdpServer::await_failover(PendingQuery& query, TimePoint now) {
  const auto count = static_cast<int>(servers().servers(query.group, now).size());
  const TimePoint due = query.asked + proxy_.config().query_timeout / count * (query.attempt + 1);
  failovers_.add(query, std::max(due, now));
  failover_.arm(failovers_.next_due());
}

// Nobody answers on this socket.
void DnsUdpServer::hurry(std::uint32_t socket, TimePoint now) {
  failovers_.hurry(socket, now);
  if (failovers_.next_due() <= now) failover_.arm(now);
}

// Whether another server is asked instead of passing this reply on, which refuses the query. The
// client gets it after all when there is none to ask, or none that answers.
bool DnsUdpServer::takes_refusal(PendingQuery& query, ByteView reply, TimePoint now) {
  if (!is_kept_refusal(reply) || !has_next(query, now)) return false;
  query.refusal.assign(reply.begin(), reply.end());
  failovers_.add(query, now);
  failover_.arm(now);
  return true;
}

void DnsUdpServer::fail_over() {
  const TimePoint now = proxy_.loop.now();
  choose_sockets();
  while (PendingQuery* query = failovers_.take(now)) {
    proxy_.counters.upstream_failed(now);
    const Next next = ask_next(*query, now);
    if (next == Next::none && !query->refusal.empty()) give_up(*query, now);
  }
  flush();
  if (failovers_.next_due() != kNever) failover_.arm(failovers_.next_due());
}

DnsUdpServer::Next DnsUdpServer::ask_next(PendingQuery& query, TimePoint now) {
  if (!has_next(query, now)) return Next::none;
  const Chosen next = upstream_of(query.group, query.attempt + 1U, now);
  if (next.upstream == nullptr) return Next::none;
  query.attempt = next.attempt;
  query.socket = next.upstream->chosen();
  // The last server has the rest of the time, unless nobody is there.
  if (has_next(query, now)) {
    await_failover(query, now);
  } else if (!query.refusal.empty()) {
    failovers_.add(query, query.asked + proxy_.config().query_timeout);
  }
  if (next.upstream->full()) next.upstream->flush();
  next.upstream->add(query.message);
  return Next::asked;
}

}  // namespace firedrill
