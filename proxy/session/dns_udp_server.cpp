#include "proxy/session/dns_udp_server.h"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

using Action = QueryVerdict::Action;
using More = DatagramSocket::More;

More more(const DatagramReader::Result& result) {
  return result.more ? More::yes : More::no;
}

}  // namespace

std::unique_ptr<DatagramServer> DnsUdpServer::serve(ProxyContext& proxy, Fd socket) {
  return std::make_unique<DnsUdpServer>(proxy, std::move(socket));
}

DnsUdpServer::DnsUdpServer(ProxyContext& proxy, Fd socket)
    : proxy_(proxy),
      config_(proxy.proxy.config),
      listener_(proxy.loop, std::move(socket), [this] { return read_queries(); }),
      servers_(proxy.config(), local_of(listener_.fd())),
      expiry_turn_(*this, &DnsUdpServer::forget_expired),
      release_turn_(*this, &DnsUdpServer::release_due),
      failover_turn_(*this, &DnsUdpServer::fail_over),
      expiry_(proxy.loop, expiry_turn_),
      release_(proxy.loop, release_turn_),
      failover_(proxy.loop, failover_turn_) {
  if (!listener_.watched()) listener_.close();  // refusing is better than silence
  // What came before the socket was watched made no event.
  proxy.loop.queue(listener_);
}

// --- from clients
// ---------------------------------------------------------------------------------

More DnsUdpServer::read_queries() {
  const DatagramReader::Result received = reader_.receive_from(listener_.fd());
  if (received.count == 0) return more(received);
  const TimePoint now = proxy_.loop.now();
  choose_sockets();
  for (std::size_t i = 0; i < received.count; ++i) take_query(i, now);
  count_drops(reader_.drops(received.count - 1));
  flush();
  return more(received);
}

void DnsUdpServer::take_query(std::size_t i, TimePoint now) {
  const std::span<std::byte> message = reader_.message(i);
  const DatagramPath client = reader_.path(i);
  proxy_.counters.bytes_request += message.size();
  if (!is_allowed(proxy_.config(), client.ip())) {
    ++proxy_.counters.dns_bad_queries;
    return;
  }
  const dns::Query query = dns::parse_query(message, proxy_.config().opcodes);
  if (query.disposition == dns::Disposition::forward) {
    if (proxy_.rules().query.empty()) {
      return forward(message, query.question, client, nullptr, now);
    }
    return ask_rules(query.question, i, client, now);
  }
  ++proxy_.counters.dns_bad_queries;
  if (query.disposition == dns::Disposition::drop) return;
  const bool unknown = query.disposition == dns::Disposition::not_implemented;
  const auto rcode = unknown ? dns::Rcode::not_implemented : dns::Rcode::format_error;
  send(dns::forge_refusal(reader_.room(i), message, rcode), client);
}

void DnsUdpServer::ask_rules(const dns::Question& question, std::size_t i,
                             const DatagramPath& client, TimePoint now) {
  std::span<std::byte> message = reader_.message(i);
  const std::size_t row = Counters::dns_row(question.qtype);
  const std::uint64_t ordinal =
      proxy_.proxy.state->connections.fetch_add(1, std::memory_order_relaxed) + 1;
  const Peer peer{.address = client.ip(), .port = client.port(), .connection = ordinal};
  ConnectionCounts counts;  // each query stands for itself
  const QuerySeen query{.peer = peer,
                        .request = 1,
                        .message = message,
                        .question = question,
                        .transport = dns::Transport::udp,
                        .max_udp = proxy_.config().max_udp};
  QueryDecision decision = decide(proxy_.rules(), query, now, counts);
  note_hits(proxy_.hits, decision, peer, question, dns::Transport::udp);

  const QueryVerdict& verdict = decision.verdict;
  if (verdict.action == Action::drop) return count_unanswered(proxy_.counters, row);
  if (decision.delay.total > Duration::zero()) {
    Held held{{.message = Bytes(message.begin(), message.end()),
               .asked = now,
               .row = row,
               .answerer = std::move(decision.answerer),
               .reply = verdict.reply,
               .faults = std::move(decision.faults)},
              client};
    return hold(std::move(held), std::move(decision.delay), now);
  }
  if (verdict.action == Action::forward) {
    return forward(message, question, client, std::move(decision.faults), now);
  }
  message = forge_answer(reader_.room(i), message, question, *verdict.reply, dns::Transport::udp,
                         proxy_.config().max_udp);
  settle(message, {client, now, row}, std::move(decision.faults), now);
}

// The kernel tells the total since the socket was opened, with the message behind the lost ones.
void DnsUdpServer::count_drops(std::uint32_t drops) {
  if (drops == 0) return;
  proxy_.counters.dns_receive_drops += static_cast<std::uint32_t>(drops - drops_);
  drops_ = drops;
}

// --- held by faults
// -------------------------------------------------------------------------------

void DnsUdpServer::hold(Held held, QueryDelay delay, TimePoint now) {
  if (held_.full()) return count_unanswered(proxy_.counters, held.row);
  held_.add(std::move(held), std::move(delay), now);
  release_.arm(held_.next_due());
}

void DnsUdpServer::release_due() {
  const TimePoint now = proxy_.loop.now();
  choose_sockets();
  std::vector<Held> batch;  // the writers keep views until they are flushed
  while (auto held = held_.take(now)) {
    batch.push_back(std::move(*held));
    if (batch.size() < kDatagrams && held_.next_due() <= now) continue;
    for (Held& one : batch) send_held(one, now);
    flush();
    batch.clear();
  }
  if (!held_.empty()) release_.arm(held_.next_due());
}

void DnsUdpServer::send_held(Held& held, TimePoint now) {
  const Asker asker{held.client, held.asked, held.row};
  if (held.what == HeldQuery::What::reply) {
    return answer_edited(held.message, asker, *held.faults, now);
  }
  const dns::Question question = dns::parse_query(held.message, proxy_.config().opcodes).question;
  if (!is_answered(held, proxy_.rules(), now)) {
    return forward(held.message, question, held.client, std::move(held.faults), now);
  }
  const std::size_t max_udp = proxy_.config().max_udp;
  Bytes answered(max_udp);
  answered.resize(
      forge_answer(answered, held.message, question, *held.reply, dns::Transport::udp, max_udp)
          .size());
  held.message = std::move(answered);
  settle(held.message, asker, std::move(held.faults), now);
}

void DnsUdpServer::refresh() {
  if (held_.empty()) return;
  held_.refresh(proxy_.rules(), proxy_.loop.now());
  release_due();
}

// A socket that is connected to itself is sent nothing any more: the kernel refuses who asks, and
// what has been asked before is still answered from the same address.
void DnsUdpServer::drain() {
  const SocketAddress own = local_of(listener_.fd());
  if (::connect(listener_.fd(), own.get(), own.size) != 0) listener_.close();
  while (read_queries() == More::yes) {
  }
}

// --- to and from the upstream
// ---------------------------------------------------------------------

void DnsUdpServer::forward(std::span<std::byte> message, const dns::Question& question,
                           const DatagramPath& client, std::unique_ptr<ReplyFaults> faults,
                           TimePoint now) {
  const std::size_t row = Counters::dns_row(question.qtype);
  const std::size_t group = servers().group_of(question.folded);
  const auto [upstream, attempt] = upstream_of(group, 0, now);
  PendingQuery* query = upstream != nullptr ? pending_.add() : nullptr;
  if (query == nullptr) return count_unanswered(proxy_.counters, row);
  query->client = client;
  query->asked = now;
  query->client_id = dns::Header(message).id();
  query->socket = upstream->chosen();
  query->row = static_cast<std::uint8_t>(row);
  query->group = static_cast<std::uint16_t>(group);
  query->attempt = attempt;
  query->faults = std::move(faults);
  query->set_question(question.bytes);
  dns::set_id(message, query->id);
  keep_for_failover(*query, message, now);
  upstream->add(message);
  if (!expiry_.armed()) expiry_.arm(now + proxy_.config().query_timeout);
}

// A reply that has come or has been forged: what the faults make of it, now or after their delay.
void DnsUdpServer::settle(ByteView reply, const Asker& asker, std::unique_ptr<ReplyFaults> faults,
                          TimePoint now) {
  if (faults == nullptr) return answer(reply, asker.row, asker.client, now - asker.asked);
  ConnectionCounts counts;
  QueryDelay delay = faults->decide(reply, proxy_.rules(), counts, proxy_.hits, now);
  if (delay.total <= Duration::zero()) return answer_edited(reply, asker, *faults, now);
  Held held{{.message = Bytes(reply.begin(), reply.end()),
             .asked = asker.asked,
             .row = asker.row,
             .what = HeldQuery::What::reply,
             .faults = std::move(faults)},
            asker.client};
  hold(std::move(held), std::move(delay), now);
}

void DnsUdpServer::answer_edited(ByteView reply, const Asker& asker, ReplyFaults& faults,
                                 TimePoint now) {
  std::vector<Bytes> messages = faults.apply(reply, proxy_.rules(), proxy_.hits, now);
  if (messages.empty()) return count_unanswered(proxy_.counters, asker.row);
  for (Bytes& message : messages) {
    edited_.push_back(std::move(message));
    answer(edited_.back(), asker.row, asker.client, now - asker.asked);
  }
}

void DnsUdpServer::answer(ByteView reply, std::size_t row, const DatagramPath& client,
                          Duration took) {
  count_reply(proxy_.counters, row, reply, took);
  proxy_.counters.bytes_response += reply.size();
  send(reply, client);
}

// Faults may answer one query with several messages.
void DnsUdpServer::send(ByteView message, const DatagramPath& client) {
  if (to_clients_.full()) to_clients_.flush(listener_.fd());
  to_clients_.add(message, client);
}

More DnsUdpServer::read_replies(int fd, std::uint32_t socket) {
  const DatagramReader::Result received = reader_.receive(fd);
  const TimePoint now = proxy_.loop.now();
  if (received.refused) hurry(socket, now);
  if (received.count == 0) return more(received);
  for (std::size_t i = 0; i < received.count; ++i) take_reply(reader_.message(i), socket, now);
  flush();
  return more(received);
}

void DnsUdpServer::take_reply(std::span<std::byte> message, std::uint32_t socket, TimePoint now) {
  PendingQuery* query =
      message.size() >= dns::kHeaderSize ? pending_.find(dns::Header(message).id()) : nullptr;
  if (query == nullptr || query->socket != socket ||
      !dns::is_reply_to(message, query->question())) {
    ++proxy_.counters.dns_unexpected_replies;
    return;
  }
  if (takes_refusal(*query, message, now)) return;
  proxy_.counters.upstream_answered(now);
  take_answer(*query, message, now);
}

void DnsUdpServer::take_answer(PendingQuery& query, std::span<std::byte> message, TimePoint now) {
  dns::set_id(message, query.client_id);
  settle(message, {query.client, query.asked, query.row}, std::move(query.faults), now);
  pending_.release(query);
}

// No other server is left for it. What an earlier one has said is better than nothing.
void DnsUdpServer::give_up(PendingQuery& query, TimePoint now) {
  if (!query.refusal.empty()) {
    edited_.push_back(std::move(query.refusal));
    return take_answer(query, edited_.back(), now);
  }
  count_unanswered(proxy_.counters, query.row);
  pending_.release(query);
}

void DnsUdpServer::flush() {
  for (const auto& upstream : upstreams_) upstream->flush();
  to_clients_.flush(listener_.fd());
  edited_.clear();
}

void DnsUdpServer::forget_expired() {
  const TimePoint now = proxy_.loop.now();
  const Duration timeout = proxy_.config().query_timeout;
  for (PendingQuery* query = pending_.oldest(); query != nullptr; query = pending_.oldest()) {
    if (query->asked + timeout > now) {
      expiry_.arm(query->asked + timeout);
      break;
    }
    proxy_.counters.upstream_failed(now);
    give_up(*query, now);
  }
  flush();
}

}  // namespace firedrill
