#include "proxy/session/dns_tcp_session.h"

#include "proxy/session/admission.h"
#include "proxy/session/linger.h"

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill {
namespace {

using Action = QueryVerdict::Action;

constexpr Duration kFirstQuery = std::chrono::seconds(2);
constexpr Duration kIdle = std::chrono::seconds(10);
constexpr int kReadsInARow = 16;  // before other sessions have their turn

bool is_reply(ByteView message, const PipelinedQuery& query) {
  return dns::is_reply_to(message, query.question) ||
         (query.transfer && query.transfer->continues(message));
}

void send(Outlet& outlet, ByteView message) {
  const auto prefix = MessageSplitter::prefix_of(message);
  const std::array<std::string_view, 2> pieces{as_text(prefix), as_text(message)};
  outlet.send(pieces);
}

}  // namespace

bool DnsTcpSession::start(Fd client) {
  if (!client_.open(std::move(client), Stream::State::connected)) return false;
  serving_ = serve();
  serving_.start();
  return true;
}

DnsTcpSession::DnsTcpSession(ProxyContext& proxy, const Peer& peer)
    : proxy_(proxy),
      peer_(peer),
      hits_(proxy.hits, peer_),
      faults_(peer, hits_),
      client_(proxy.loop),
      wakeup_(proxy.loop),
      quiet_since_(proxy.loop.now()) {}

Task<> DnsTcpSession::serve() {
  client_.set_reader(&wakeup_);
  response_.emplace(proxy_.loop, client_, proxy_.config().high_water.bytes, wakeup_, wakeup_,
                    proxy_.counters.bytes_response);
  if (!is_allowed(proxy_.config(), peer_.address)) {
    ++proxy_.counters.dns_bad_queries;
    end_ = End::refused;
  } else if (!proxy_.rules().connection.empty()) {
    const auto action = co_await admit(proxy_, faults_, client_, wakeup_);
    if (action == AcceptVerdict::Action::close) end_ = End::closed;
    if (action == AcceptVerdict::Action::reset) end_ = End::refused;
    apply_faults();
    quiet_since_ = proxy_.loop.now();
  }
  while (!end_) {
    advance(proxy_.loop.now());
    if (end_) break;
    co_await wakeup_.wait_until(next_deadline());
  }
  co_await close();
  Counters& counters = proxy_.counters;
  if (end_ == End::in_order || end_ == End::closed) ++counters.connections_ok;
  if (end_ == End::reset) ++counters.connections_reset;
  if (end_ == End::refused) ++counters.connections_refused;
  if (end_ == End::timed_out) ++counters.connections_timeout;
  proxy_.retire(*this);
}

// What a peer or a fault has reset is reset on both sides.
Task<> DnsTcpSession::close() {
  if (end_ == End::closed) {
    response_->cut(Segment::Kind::close);
    co_await read_to_end(client_, proxy_.tools.scratch, wakeup_);
  }
  if (end_ == End::reset || end_ == End::refused) {
    for (const auto& upstream : upstreams_) upstream->reset();
    co_await reset_after_flush(client_, wakeup_);
  }
}

// Whatever one turn sends leaves together.
void DnsTcpSession::advance(TimePoint now) {
  response_->cork();
  for (const auto& upstream : upstreams_) upstream->cork();
  for (const auto& upstream : upstreams_) {
    upstream->advance(now);
    read_upstream(*upstream, now);
  }
  release_due(now);
  read_client(now);
  for (const auto& upstream : upstreams_) {
    upstream->forget_expired(now);
    take_refusals(*upstream, now);
    upstream->uncork();
  }
  response_->uncork();
  watch_upstreams(now);
  finish(now);
}

// An end of a connection to an upstream, or one that a fault makes, may be that of this one too.
void DnsTcpSession::watch_upstreams(TimePoint now) {
  for (const auto& upstream : upstreams_) {
    Outlet* const request = upstream->request();
    if (const auto cut = request != nullptr ? request->cut() : std::nullopt; cut && !end_) {
      end_ = cut == Segment::Kind::close ? End::closed : End::reset;
    }
    if (!upstream->ended() || end_) continue;
    if (upstream->ended() == DnsTcpUpstream::End::reset) end_ = End::reset;
    if (upstream->ended() == DnsTcpUpstream::End::refused) end_ = End::refused;
    client_done_ = true;
    quiet_since_ = now;
  }
}

// Decides whether the connection has come to its end.
void DnsTcpSession::finish(TimePoint now) {
  if (end_) return;
  if (const auto ended = response_->ended()) {
    if (ended == Segment::Kind::fin) end_ = End::in_order;
    if (ended == Segment::Kind::close) end_ = End::closed;
    if (ended == Segment::Kind::reset) end_ = End::reset;
    return;
  }
  if (!quiet()) return;
  const bool over = client_done_ || proxy_.draining;
  if (over && response_->drained()) return response_->end(Segment::Kind::fin);
  if (now >= quiet_since_ + patience()) end_ = asked_ == 0 ? End::timed_out : End::in_order;
}

// Whether nothing is in progress, nor held back by a fault.
bool DnsTcpSession::quiet() const {
  const bool kept =
      response_->kept_by_stage() || std::ranges::any_of(
                                        upstreams_, &DnsTcpUpstream::kept_by_stage,
                                        [](const auto& upstream) -> auto& { return *upstream; });
  return in_flight() == 0 && !queries_.ready() && !kept;
}

std::optional<std::uint64_t> DnsTcpSession::progress() const {
  if (!response_ || !quiet()) return std::nullopt;
  return asked_;
}

std::size_t DnsTcpSession::in_flight() const {
  std::size_t open = held_.size();
  for (const auto& upstream : upstreams_) open += upstream->pending().size();
  return open;
}

Duration DnsTcpSession::patience() const {
  return asked_ == 0 ? kFirstQuery : kIdle;
}

TimePoint DnsTcpSession::next_deadline() const {
  TimePoint next = held_.next_due();
  const TimePoint now = proxy_.loop.now();
  for (const auto& upstream : upstreams_) next = std::min(next, upstream->next_deadline(now));
  return quiet() ? std::min(next, quiet_since_ + patience()) : next;
}

// --- from the client

void DnsTcpSession::read_client(TimePoint now) {
  take_queries(now);
  for (int reads = 0; may_read_client(); ++reads) {
    if (reads == kReadsInARow) return proxy_.loop.queue(wakeup_);
    const Io io = client_.read(proxy_.tools.scratch);
    if (io.status == Io::Status::would_block) return;
    if (io.status == Io::Status::failed) {
      end_ = End::reset;
      return;
    }
    client_done_ = io.status == Io::Status::end;
    proxy_.counters.bytes_request += io.count;
    queries_.feed(ByteView(proxy_.tools.scratch).first(io.count));
    take_queries(now);
  }
}

bool DnsTcpSession::may_read_client() const {
  const bool room = in_flight() < PipelinedQueries::kMost && !queries_.ready() &&
                    held_.bytes() < proxy_.config().high_water.bytes;
  const bool flows =
      response_->accepts() && std::ranges::all_of(
                                  upstreams_, &DnsTcpUpstream::accepts,
                                  [](const auto& upstream) -> auto& { return *upstream; });
  return room && flows && !end_ && !client_done_ && !proxy_.draining;
}

// As many as may be in flight, even of those that are answered at once; the rest waits for a turn.
void DnsTcpSession::take_queries(TimePoint now) {
  for (std::size_t taken = 0; in_flight() < PipelinedQueries::kMost && !end_; ++taken) {
    if (taken == PipelinedQueries::kMost) return proxy_.loop.queue(wakeup_);
    const auto message = queries_.next();
    if (!message) return;
    quiet_since_ = now;
    take_query(*message, now);
  }
}

void DnsTcpSession::take_query(std::span<std::byte> message, TimePoint now) {
  ++asked_;
  const dns::Query query = dns::parse_query(message, proxy_.config().opcodes);
  if (query.disposition == dns::Disposition::forward) {
    if (proxy_.rules().query.empty()) return forward(message, query.question, nullptr, now);
    return ask_rules(query.question, message, now);
  }
  ++proxy_.counters.dns_bad_queries;
  if (query.disposition == dns::Disposition::drop) return;
  const bool unknown = query.disposition == dns::Disposition::not_implemented;
  const auto rcode = unknown ? dns::Rcode::not_implemented : dns::Rcode::format_error;
  send(*response_, dns::forge_refusal(message, message, rcode));
}

void DnsTcpSession::ask_rules(const dns::Question& question, std::span<std::byte> message,
                              TimePoint now) {
  const std::size_t row = Counters::dns_row(question.qtype);
  const QuerySeen query{.peer = peer_,
                        .request = asked_,
                        .message = message,
                        .question = question,
                        .transport = dns::Transport::tcp,
                        .max_udp = proxy_.config().max_udp};
  QueryDecision decision = decide(proxy_.rules(), query, now, counts_);
  note_hits(proxy_.hits, decision, peer_, question, dns::Transport::tcp);
  const QueryVerdict& verdict = decision.verdict;
  if (verdict.action == Action::drop) return count_unanswered(proxy_.counters, row);
  if (decision.delay.total > Duration::zero()) {
    HeldQuery held{.message = Bytes(message.begin(), message.end()),
                   .asked = now,
                   .row = row,
                   .answerer = std::move(decision.answerer),
                   .reply = verdict.reply,
                   .faults = std::move(decision.faults)};
    return held_.add(std::move(held), std::move(decision.delay), now);
  }
  if (verdict.action == Action::forward) {
    return forward(message, question, std::move(decision.faults), now);
  }
  settle(forged(message, question, *verdict.reply), {now, row}, std::move(decision.faults), now);
}

// The scratch buffer is free: what was read last is in the splitter.
ByteView DnsTcpSession::forged(ByteView query, const dns::Question& question,
                               const dns::Reply& reply) const {
  return forge_answer(proxy_.tools.scratch, query, question, reply, dns::Transport::tcp,
                      proxy_.config().max_udp);
}

void DnsTcpSession::release_due(TimePoint now) {
  while (auto held = held_.take(now)) {
    send_held(std::move(*held), now);
    quiet_since_ = now;
  }
}

void DnsTcpSession::send_held(HeldQuery held, TimePoint now) {
  const Asker asker{held.asked, held.row};
  if (held.what == HeldQuery::What::reply) {
    return answer_edited(held.message, asker, *held.faults, now);
  }
  const dns::Question question = dns::parse_query(held.message, proxy_.config().opcodes).question;
  if (!is_answered(held, proxy_.rules(), now)) {
    return forward(held.message, question, std::move(held.faults), now);
  }
  settle(forged(held.message, question, *held.reply), asker, std::move(held.faults), now);
}

void DnsTcpSession::refresh() {
  if (end_) return;
  apply_faults();
  if (!held_.empty()) held_.refresh(proxy_.rules(), proxy_.loop.now());
  wakeup_.notify();
}

void DnsTcpSession::apply_faults() {
  const TimePoint now = proxy_.loop.now();
  faults_.apply_one(proxy_.rules(), Direction::response, *response_, now);
  for (const auto& upstream : upstreams_) {
    Outlet* const request = upstream->request();
    if (request != nullptr) faults_.apply_one(proxy_.rules(), Direction::request, *request, now);
  }
}

// A reply that has come or has been forged: what the faults make of it, now or after their delay.
void DnsTcpSession::settle(ByteView reply, const Asker& asker, std::unique_ptr<ReplyFaults> faults,
                           TimePoint now) {
  if (faults == nullptr) return answer(reply, asker.row, now - asker.asked);
  QueryDelay delay = faults->decide(reply, proxy_.rules(), counts_, proxy_.hits, now);
  if (delay.total <= Duration::zero()) return answer_edited(reply, asker, *faults, now);
  HeldQuery held{.message = Bytes(reply.begin(), reply.end()),
                 .asked = asker.asked,
                 .row = asker.row,
                 .what = HeldQuery::What::reply,
                 .faults = std::move(faults)};
  held_.add(std::move(held), std::move(delay), now);
}

void DnsTcpSession::answer_edited(ByteView reply, const Asker& asker, ReplyFaults& faults,
                                  TimePoint now) {
  const std::vector<Bytes> messages = faults.apply(reply, proxy_.rules(), proxy_.hits, now);
  if (messages.empty()) return count_unanswered(proxy_.counters, asker.row);
  for (const Bytes& message : messages) answer(message, asker.row, now - asker.asked);
}

void DnsTcpSession::answer(ByteView reply, std::size_t row, Duration took) {
  count_reply(proxy_.counters, row, reply, took);
  send(*response_, reply);
}

// --- to and from the upstream

void DnsTcpSession::forward(std::span<std::byte> message, const dns::Question& question,
                            std::unique_ptr<ReplyFaults> faults, TimePoint now) {
  PipelinedQuery query{.client_id = dns::Header(message).id(),
                       .question = Bytes(question.bytes.begin(), question.bytes.end()),
                       .row = Counters::dns_row(question.qtype),
                       .asked = now,
                       .faults = std::move(faults)};
  if (dns::ZoneTransfer::is_asked_for(question.qtype)) {
    query.transfer.emplace(question.qtype);
    // Its messages belong together: none may be edited, doubled or overtaken.
    query.faults = nullptr;
  }
  upstream_for(question.folded).ask(message, std::move(query), now);
}

DnsTcpUpstream& DnsTcpSession::upstream_for(const dns::FoldedName& name) {
  if (!servers_) {
    // Not the address that this client came to, which may be one of several.
    SocketAddress own = *literal(proxy_.config().listen);
    own.set_port(local_of(client_.fd()).port());
    servers_.emplace(proxy_.config(), own);
  }
  const std::size_t group = servers_->group_of(name);
  for (const auto& upstream : upstreams_) {
    if (upstream->group() == group) return *upstream;
  }
  const DnsTcpUpstream::Owner owner{proxy_, *servers_, faults_, wakeup_};
  upstreams_.push_back(std::make_unique<DnsTcpUpstream>(owner, group));
  return *upstreams_.back();
}

void DnsTcpSession::read_upstream(DnsTcpUpstream& upstream, TimePoint now) {
  for (int reads = 0; !end_ && response_->accepts(); ++reads) {
    if (reads == kReadsInARow) return proxy_.loop.queue(wakeup_);
    if (!upstream.receive(now)) return;
    while (const auto message = upstream.next_reply()) take_reply(upstream, *message, now);
  }
}

void DnsTcpSession::take_reply(DnsTcpUpstream& upstream, std::span<std::byte> message,
                               TimePoint now) {
  PipelinedQueries& pending = upstream.pending();
  const bool whole = message.size() >= dns::kHeaderSize;
  const std::uint16_t id = whole ? dns::Header(message).id() : std::uint16_t{0};
  PipelinedQuery* waiting = whole ? pending.find(id) : nullptr;
  if (waiting == nullptr || !is_reply(message, *waiting)) {
    ++proxy_.counters.dns_unexpected_replies;
    return;
  }
  if (upstream.takes_refusal(id, message, now)) return;
  if (waiting->transfer && waiting->transfer->take(message) == dns::ZoneTransfer::More::yes) {
    return pass_part(message, *waiting, now);
  }
  proxy_.counters.upstream_answered(now);
  take_answer(pending.release(id), message, now);
}

void DnsTcpSession::take_answer(PipelinedQuery query, std::span<std::byte> message, TimePoint now) {
  dns::set_id(message, query.client_id);
  settle(message, {query.asked, query.row}, std::move(query.faults), now);
  quiet_since_ = now;
}

// What no other server has answered.
void DnsTcpSession::take_refusals(DnsTcpUpstream& upstream, TimePoint now) {
  for (PipelinedQuery& query : upstream.take_refused()) {
    Bytes refusal = std::move(query.refusal);
    take_answer(std::move(query), refusal, now);
  }
}

// Every part has the time that a reply has. Another server would begin anew, so none is asked.
void DnsTcpSession::pass_part(std::span<std::byte> message, PipelinedQuery& query, TimePoint now) {
  query.asked = now;
  query.message.clear();
  dns::set_id(message, query.client_id);
  send(*response_, message);
}

}  // namespace firedrill
