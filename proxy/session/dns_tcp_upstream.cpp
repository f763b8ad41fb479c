#include "proxy/session/dns_tcp_upstream.h"

#include "proxy/session/query_decision.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace firedrill {

DnsTcpUpstream::DnsTcpUpstream(const Owner& owner, std::size_t group)
    : owner_(owner), group_(group), upstream_(owner.proxy.loop) {
  upstream_.set_reader(&owner_.wakeup);
}

bool DnsTcpUpstream::has_next(TimePoint now) const {
  return attempt_ + 1 < owner_.servers.servers(group_, now).size();
}

// How long one server has before the next is asked.
Duration DnsTcpUpstream::part(TimePoint now) const {
  const std::size_t servers = owner_.servers.servers(group_, now).size();
  return owner_.proxy.config().query_timeout / static_cast<int>(std::max<std::size_t>(servers, 1));
}

TimePoint DnsTcpUpstream::next_deadline(TimePoint now) const {
  const TimePoint first = pending_.first_asked();
  if (first == kNever) return connect_deadline_;
  const Duration patience = has_next(now) ? part(now) * static_cast<int>(attempt_ + 1)
                                          : owner_.proxy.config().query_timeout;
  return std::min(connect_deadline_, first + patience);
}

void DnsTcpUpstream::ask(std::span<std::byte> message, PipelinedQuery query, TimePoint now) {
  if (pending_.empty() && attempt_ > 0) disconnect();
  const bool connect = !upstream_.is_open();
  if (has_next(now)) query.message.assign(message.begin(), message.end());
  dns::set_id(message, pending_.add(std::move(query)));
  send(message);
  if (!connect) return;
  ended_.reset();  // the client's connection may go on for what a fault has held
  open(now);
}

void DnsTcpUpstream::send(ByteView message) {
  const auto prefix = MessageSplitter::prefix_of(message);
  if (request_) {
    const std::array<std::string_view, 2> pieces{as_text(prefix), as_text(message)};
    return request_->send(pieces);
  }
  unsent_.insert(unsent_.end(), prefix.begin(), prefix.end());
  unsent_.insert(unsent_.end(), message.begin(), message.end());
}

void DnsTcpUpstream::cork() {
  if (request_) request_->cork();
}

void DnsTcpUpstream::uncork() {
  if (request_) request_->uncork();
}

void DnsTcpUpstream::open(TimePoint now) {
  const auto servers = owner_.servers.servers(group_, now);
  if (attempt_ >= servers.size()) return close(End::refused, now);
  const SocketAddress server = servers[attempt_];
  Fd fd = stream_socket(server.family());
  const bool begun =
      fd && (::connect(fd.get(), server.get(), server.size) == 0 || errno == EINPROGRESS);
  if (!begun || !upstream_.open(std::move(fd), Stream::State::connecting)) {
    return close(End::refused, now);
  }
  upstream_.set_writer(&owner_.wakeup);
  connect_deadline_ = now + owner_.proxy.config().connect_timeout;
}

void DnsTcpUpstream::advance(TimePoint now) {
  if (ended_) return;
  const bool over = has_next(now) && next_deadline(now) <= now && !pending_.empty();
  if (std::exchange(refused_, false) || over) return close(End::refused, now);
  watch_connect(now);
}

void DnsTcpUpstream::watch_connect(TimePoint now) {
  if (request_ || !upstream_.is_open()) return;
  if (!upstream_.writable()) {
    if (now >= connect_deadline_) close(End::refused, now);
    return;
  }
  if (upstream_.connect_error() != 0) return close(End::refused, now);
  connect_deadline_ = kNever;
  const ProxyContext& proxy = owner_.proxy;
  request_.emplace(proxy.loop, upstream_, proxy.config().high_water.bytes, owner_.wakeup,
                   owner_.wakeup, forwarded_);
  owner_.faults.apply_one(proxy.rules(), Direction::request, *request_, now);
  request_->cork();
  request_->send(std::exchange(unsent_, {}));
}

bool DnsTcpUpstream::receive(TimePoint now) {
  if (!request_) return false;
  auto& scratch = owner_.proxy.tools.scratch;
  const Io io = upstream_.read(scratch);
  if (io.status == Io::Status::would_block) return false;
  if (io.status != Io::Status::done) {
    close(io.status == Io::Status::end ? End::in_order : End::reset, now);
    return false;
  }
  replies_.feed(ByteView(scratch).first(io.count));
  return true;
}

bool DnsTcpUpstream::takes_refusal(std::uint16_t id, ByteView reply, TimePoint now) {
  PipelinedQuery& query = *pending_.find(id);
  if (!is_kept_refusal(reply) || query.message.empty() || !has_next(now)) return false;
  query.refusal.assign(reply.begin(), reply.end());
  refused_ = true;
  owner_.wakeup.notify();
  return true;
}

void DnsTcpUpstream::disconnect() {
  request_.reset();
  upstream_.set_writer(nullptr);
  upstream_.close();
  connect_deadline_ = kNever;
  unsent_.clear();
  replies_ = {};
  attempt_ = 0;
}

// A server may end an idle connection. Queries that the last of them leaves unanswered end the
// client's connection too: a client asks again at once, as it would there.
void DnsTcpUpstream::close(End end, TimePoint now) {
  const bool idle = request_ && pending_.empty();
  const std::size_t attempt = attempt_;
  disconnect();
  if (idle) return;
  attempt_ = attempt;
  owner_.proxy.counters.upstream_failed(now);
  if (fail_over(now)) return;
  bool answered = !pending_.empty();
  while (auto query = pending_.take_asked_by(kNever)) {
    if (give_up(std::move(*query)) == Answer::none) answered = false;
  }
  if (!answered) ended_ = end;
}

// No other server is left for it. What an earlier one has said is better than nothing.
DnsTcpUpstream::Answer DnsTcpUpstream::give_up(PipelinedQuery query) {
  if (query.refusal.empty()) {
    count_unanswered(owner_.proxy.counters, query.row);
    return Answer::none;
  }
  refused_queries_.push_back(std::move(query));
  return Answer::refusal;
}

bool DnsTcpUpstream::fail_over(TimePoint now) {
  if (!has_next(now)) return false;
  ++attempt_;
  pending_.each([&](std::uint16_t id, const PipelinedQuery& query) {
    Bytes message = query.message;
    if (message.empty()) return;
    dns::set_id(message, id);
    send(message);
  });
  open(now);
  return true;
}

void DnsTcpUpstream::forget_expired(TimePoint now) {
  const Duration timeout = owner_.proxy.config().query_timeout;
  while (auto query = pending_.take_asked_by(now - timeout)) {
    give_up(std::move(*query));
    owner_.proxy.counters.upstream_failed(now);
  }
}

}  // namespace firedrill
