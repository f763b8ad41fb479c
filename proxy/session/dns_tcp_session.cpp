#include "proxy/session/dns_tcp_session.h"

#include "proxy/session/linger.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace firedrill {
namespace {

using Action = QueryVerdict::Action;

constexpr Duration kFirstQuery = std::chrono::seconds(2);
constexpr Duration kIdle = std::chrono::seconds(10);
constexpr int kReadsInARow = 16;  // before other sessions have their turn

std::size_t row_of(ByteView question) {
  return Counters::dns_row(dns::read_u16(question, question.size() - dns::kQuestionTail));
}

void send(Outlet& outlet, ByteView message) {
  std::array<std::byte, MessageSplitter::kPrefix> prefix;
  dns::write_u16(prefix, 0, static_cast<std::uint16_t>(message.size()));
  const std::array<std::string_view, 2> pieces{as_text(prefix), as_text(message)};
  outlet.send(pieces);
}

}  // namespace

void DnsTcpSession::start(ProxyContext& proxy, Fd client, const Peer& peer) {
  // The list owns it from here; retire() ends it.
  auto* session = new DnsTcpSession(proxy, peer);
  proxy.sessions.push_back(*session);
  ++proxy.counters.connections_opened;
  if (!session->client_.open(std::move(client), Stream::State::connected)) {
    return proxy.retire(*session);
  }
  session->serving_ = session->serve();
  session->serving_.start();
}

DnsTcpSession::DnsTcpSession(ProxyContext& proxy, const Peer& peer)
    : proxy_(proxy),
      peer_(peer),
      client_(proxy.loop),
      upstream_(proxy.loop),
      wakeup_(proxy.loop),
      quiet_since_(proxy.loop.now()) {}

bool DnsTcpSession::allowed() const {
  const auto& allow_from = proxy_.config().allow_from;
  return allow_from.empty() || std::ranges::any_of(allow_from, [this](const Cidr& block) {
           return block.contains(peer_.address);
         });
}

Task<> DnsTcpSession::serve() {
  client_.set_reader(&wakeup_);
  upstream_.set_reader(&wakeup_);
  response_.emplace(proxy_.loop, client_, proxy_.config().high_water.bytes, wakeup_, wakeup_,
                    proxy_.counters.bytes_response);
  if (!allowed()) {
    ++proxy_.counters.dns_bad_queries;
    end_ = End::refused;
  }
  while (!end_) {
    advance(proxy_.loop.now());
    if (end_) break;
    co_await wakeup_.wait_until(next_deadline());
  }
  if (end_ == End::reset || end_ == End::refused) {
    co_await reset_after_flush(client_, wakeup_);
  }
  Counters& counters = proxy_.counters;
  if (end_ == End::in_order) ++counters.connections_ok;
  if (end_ == End::reset) ++counters.connections_reset;
  if (end_ == End::refused) ++counters.connections_refused;
  if (end_ == End::timed_out) ++counters.connections_timeout;
  proxy_.retire(*this);
}

// Whatever one turn sends leaves together.
void DnsTcpSession::advance(TimePoint now) {
  response_->cork();
  if (request_) request_->cork();
  watch_connect(now);
  read_upstream(now);
  release_due(now);
  read_client(now);
  forget_expired(now);
  if (request_) request_->uncork();
  response_->uncork();
  finish(now);
}

// Decides whether the connection has come to its end.
void DnsTcpSession::finish(TimePoint now) {
  if (end_) return;
  if (response_->ended()) {
    const bool in_order = response_->ended() == Segment::Kind::fin;
    end_ = in_order ? End::in_order : End::reset;
    return;
  }
  if (!quiet()) return;
  const bool over = client_done_ || proxy_.draining;
  if (over && response_->drained()) return response_->end(Segment::Kind::fin);
  if (now >= quiet_since_ + patience()) end_ = asked_ == 0 ? End::timed_out : End::in_order;
}

// Whether nothing is in progress.
bool DnsTcpSession::quiet() const {
  return in_flight() == 0 && !queries_.ready();
}

Duration DnsTcpSession::patience() const {
  return asked_ == 0 ? kFirstQuery : kIdle;
}

TimePoint DnsTcpSession::next_deadline() const {
  TimePoint next = std::min(held_.next_due(), connect_deadline_);
  if (const TimePoint first = pending_.first_asked(); first != kNever) {
    next = std::min(next, first + proxy_.config().query_timeout);
  }
  return quiet() ? std::min(next, quiet_since_ + patience()) : next;
}

// --- from the client
// ------------------------------------------------------------------------------

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
  const bool flows = response_->accepts() && (!request_ || request_->accepts());
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
  const dns::Query query = dns::parse_query(message);
  if (query.disposition == dns::Disposition::forward) {
    if (proxy_.rules().query.empty()) return forward(message, query.question.bytes, nullptr, now);
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
  QueryDecision decision = decide(proxy_.rules(),
                                  {.peer = peer_,
                                   .request = asked_,
                                   .message = message,
                                   .question = question,
                                   .transport = dns::Transport::tcp},
                                  now, counts_);
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
    return forward(message, question.bytes, std::move(decision.faults), now);
  }
  settle(forged(message, question, *verdict.reply), {now, row}, std::move(decision.faults), now);
}

// The scratch buffer is free: what was read last is in the splitter.
ByteView DnsTcpSession::forged(ByteView query, const dns::Question& question,
                               const dns::Reply& reply) const {
  return forge_answer(proxy_.tools.scratch, query, question, reply, dns::Transport::tcp);
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
  const dns::Question question = dns::parse_query(held.message).question;
  if (!is_answered(held, proxy_.rules(), now)) {
    return forward(held.message, question.bytes, std::move(held.faults), now);
  }
  settle(forged(held.message, question, *held.reply), asker, std::move(held.faults), now);
}

void DnsTcpSession::refresh() {
  if (held_.empty()) return;
  held_.refresh(proxy_.rules(), proxy_.loop.now());
  wakeup_.notify();
}

// A reply that has come or has been forged: what the faults make of it, now or after their delay.
void DnsTcpSession::settle(ByteView reply, const Asker& asker, std::unique_ptr<ReplyFaults> faults,
                           TimePoint now) {
  if (faults == nullptr) return answer(reply, asker.row, now - asker.asked);
  QueryDelay delay = faults->decide(reply, counts_, now);
  if (delay.total <= Duration::zero()) return answer_edited(reply, asker, *faults, now);
  HeldQuery held{.message = Bytes(reply.begin(), reply.end()),
                 .asked = asker.asked,
                 .row = asker.row,
                 .what = HeldQuery::What::reply,
                 .faults = std::move(faults)};
  held_.add(std::move(held), std::move(delay), now);
}

void DnsTcpSession::answer_edited(ByteView reply, const Asker& asker, const ReplyFaults& faults,
                                  TimePoint now) {
  const std::vector<Bytes> messages = faults.apply(reply, proxy_.rules(), now);
  if (messages.empty()) return count_unanswered(proxy_.counters, asker.row);
  for (const Bytes& message : messages) answer(message, asker.row, now - asker.asked);
}

void DnsTcpSession::answer(ByteView reply, std::size_t row, Duration took) {
  count_reply(proxy_.counters, row, reply, took);
  send(*response_, reply);
}

// --- to and from the upstream
// ---------------------------------------------------------------------

void DnsTcpSession::forward(std::span<std::byte> message, ByteView question,
                            std::unique_ptr<ReplyFaults> faults, TimePoint now) {
  if (!upstream_.is_open()) open_upstream(now);
  if (end_) return;
  PipelinedQuery query{.client_id = dns::Header(message).id(),
                       .question = Bytes(question.begin(), question.end()),
                       .row = row_of(question),
                       .asked = now,
                       .faults = std::move(faults)};
  dns::set_id(message, pending_.add(std::move(query)));
  if (request_) return send(*request_, message);
  std::array<std::byte, MessageSplitter::kPrefix> prefix;
  dns::write_u16(prefix, 0, static_cast<std::uint16_t>(message.size()));
  unsent_.insert(unsent_.end(), prefix.begin(), prefix.end());
  unsent_.insert(unsent_.end(), message.begin(), message.end());
}

void DnsTcpSession::open_upstream(TimePoint now) {
  // Not the address that this client came to, which may be one of several.
  SocketAddress own = *literal(proxy_.config().listen);
  own.set_port(local_of(client_.fd()).port());
  DnsUpstream upstream(proxy_.config(), own);
  const auto& address = upstream.address(now);
  Fd fd = address ? stream_socket(address->family()) : Fd();
  const bool begun =
      fd && (::connect(fd.get(), address->get(), address->size) == 0 || errno == EINPROGRESS);
  if (!begun || !upstream_.open(std::move(fd), Stream::State::connecting)) {
    return close_upstream(End::refused);
  }
  upstream_.set_writer(&wakeup_);
  connect_deadline_ = now + proxy_.config().connect_timeout;
}

void DnsTcpSession::watch_connect(TimePoint now) {
  if (end_ || request_ || !upstream_.is_open()) return;
  if (!upstream_.writable()) {
    if (now >= connect_deadline_) close_upstream(End::refused);
    return;
  }
  if (upstream_.connect_error() != 0) return close_upstream(End::refused);
  connect_deadline_ = kNever;
  request_.emplace(proxy_.loop, upstream_, proxy_.config().high_water.bytes, wakeup_, wakeup_,
                   forwarded_);
  request_->cork();
  request_->send(std::exchange(unsent_, {}));
}

void DnsTcpSession::read_upstream(TimePoint now) {
  for (int reads = 0; !end_ && request_ && response_->accepts(); ++reads) {
    if (reads == kReadsInARow) return proxy_.loop.queue(wakeup_);
    const Io io = upstream_.read(proxy_.tools.scratch);
    if (io.status == Io::Status::would_block) return;
    if (io.status == Io::Status::end) return close_upstream(End::in_order);
    if (io.status == Io::Status::failed) return close_upstream(End::reset);
    replies_.feed(ByteView(proxy_.tools.scratch).first(io.count));
    while (const auto message = replies_.next()) take_reply(*message, now);
  }
}

void DnsTcpSession::take_reply(std::span<std::byte> message, TimePoint now) {
  const bool whole = message.size() >= dns::kHeaderSize;
  const std::uint16_t id = whole ? dns::Header(message).id() : std::uint16_t{0};
  const PipelinedQuery* waiting = whole ? pending_.find(id) : nullptr;
  if (waiting == nullptr || !dns::is_reply_to(message, waiting->question)) {
    ++proxy_.counters.dns_unexpected_replies;
    return;
  }
  PipelinedQuery query = pending_.release(id);
  dns::set_id(message, query.client_id);
  proxy_.counters.upstream_answered(now);
  settle(message, {query.asked, query.row}, std::move(query.faults), now);
  quiet_since_ = now;
}

// An upstream may end an idle connection; the next query opens another. Queries that it leaves
// unanswered end the client's connection too: a client asks again at once, as it would there.
void DnsTcpSession::close_upstream(End end) {
  const bool connected = request_.has_value();
  request_.reset();
  upstream_.set_writer(nullptr);
  upstream_.close();
  connect_deadline_ = kNever;
  unsent_.clear();
  replies_ = {};
  if (connected && pending_.empty()) return;
  proxy_.counters.upstream_failed(proxy_.loop.now());
  while (const auto query = pending_.take_asked_by(kNever)) {
    count_unanswered(proxy_.counters, query->row);
  }
  if (end == End::in_order) {
    client_done_ = true;
  } else {
    end_ = end;
  }
}

void DnsTcpSession::forget_expired(TimePoint now) {
  while (const auto query = pending_.take_asked_by(now - proxy_.config().query_timeout)) {
    count_unanswered(proxy_.counters, query->row);
    proxy_.counters.upstream_failed(now);
  }
}

}  // namespace firedrill
