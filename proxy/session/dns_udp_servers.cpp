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

// Null when there is no such server, or none of its sockets can be made now.
DnsUdpUpstream* DnsUdpServer::upstream_of(std::size_t group, std::size_t attempt, TimePoint now) {
  const auto all = servers().servers(group, now);
  return attempt < all.size() ? upstream_at(all[attempt]) : nullptr;
}

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
  if (message.size() > kLongest || servers().servers(query.group, now).size() < 2) return;
  query.message.assign(message.begin(), message.end());
  await_failover(query, now);
}

// Each server has the same part of the whole time.
void DnsUdpServer::await_failover(const PendingQuery& query, TimePoint now) {
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

// Whether another server is asked instead of passing this reply on, which refuses the query.
bool DnsUdpServer::takes_refusal(const PendingQuery& query, ByteView reply, TimePoint now) {
  if (dns::Header(reply).rcode() != dns::Rcode::refused || !has_next(query, now)) return false;
  failovers_.add(query, now);
  failover_.arm(now);
  return true;
}

void DnsUdpServer::fail_over() {
  const TimePoint now = proxy_.loop.now();
  choose_sockets();
  while (PendingQuery* query = failovers_.take(now, pending_)) {
    proxy_.counters.upstream_failed(now);
    ask_next(*query, now);
  }
  flush();
  if (failovers_.next_due() != kNever) failover_.arm(failovers_.next_due());
}

void DnsUdpServer::ask_next(PendingQuery& query, TimePoint now) {
  while (has_next(query, now)) {
    ++query.attempt;
    DnsUdpUpstream* const upstream = upstream_of(query.group, query.attempt, now);
    if (upstream == nullptr) continue;
    query.socket = upstream->chosen();
    if (has_next(query, now)) await_failover(query, now);
    if (upstream->full()) upstream->flush();
    return upstream->add(query.message);
  }
}

}  // namespace firedrill
