// HttpSession, from the upstream to the client.

#include "proxy/session/http_session.h"
#include "proxy/session/relay.h"

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill {
namespace {

// What a body is encoded with can't be read as events. `identity` says nothing and is never sent.
bool is_encoded(const http::ResponseHead& head) {
  return head.fields.find("Content-Encoding") != nullptr;
}

bool is_websocket(std::string_view protocol) {
  constexpr std::string_view kName = "websocket";
  return std::ranges::equal(protocol, kName, [](char a, char b) { return (a | 0x20) == b; });
}

}  // namespace

// Reads until the worker's scanner holds a response head, which begins received_. That is the
// worker's buffer where it can be: it does not survive a wait.
Task<HttpSession::Got> HttpSession::read_response() {
  const auto to = response_to();
  const TimePoint deadline = proxy_.loop.now() + proxy_.config().response_timeout;
  received_ = upstream_in_;
  for (;;) {
    if (!received_.empty()) {
      const http::Scan scan = proxy_.http.response.scan(received_, to);
      if (scan.complete()) co_return Got::head;
      if (scan.refused()) co_return Got::refused;
      keep_received();
    }
    received_ = {};
    const Io io = upstream_.read(proxy_.tools.scratch);
    if (io.status == Io::Status::done) {
      received_ = ByteView(proxy_.tools.scratch).first(io.count);
      if (upstream_in_.empty()) continue;
      upstream_in_.insert(upstream_in_.end(), received_.begin(), received_.end());
      received_ = upstream_in_;
      continue;
    }
    if (io.status != Io::Status::would_block) {
      const bool stale = exchange_.reused && exchange_.replayable && upstream_in_.empty();
      co_return stale ? Got::replay : Got::nothing;
    }
    if (client_.broken() || client_gone_ || request_body_error_ != http::Reason::none)
      co_return Got::nothing;
    if (response_->ended() || cut()) co_return Got::nothing;
    if (proxy_.loop.now() >= deadline) co_return Got::timeout;
    co_await wakeup_.wait_until(deadline);
  }
}

// Moves what was received into the session's own buffer.
void HttpSession::keep_received() {
  if (received_.data() != upstream_in_.data())
    upstream_in_.assign(received_.begin(), received_.end());
  received_ = upstream_in_;
}

Task<HttpSession::Then> HttpSession::relay_response(Got got) {
  while (got == Got::head && proxy_.http.response.head().is_interim()) {
    forward_interim();
    got = co_await read_response();
  }
  if (got == Got::head) {
    const int status = proxy_.http.response.head().status;
    if (status != 101) co_return co_await relay_final_response();
    if (exchange_.upgrade) co_return co_await upgrade();
    got = Got::refused;
  }
  if (request_body_error_ != http::Reason::none) {
    ++proxy_.counters.bad_requests;
    co_return co_await refuse(http::status_of(request_body_error_));
  }
  if (client_.broken() || client_gone_ || response_->ended() || cut()) co_return Then::reset;
  if (got == Got::timeout) co_return co_await refuse(504);
  ++proxy_.counters.bad_responses;
  co_return co_await refuse(502);
}

void HttpSession::forward_interim() {
  const http::ResponseHead& head = proxy_.http.response.head();
  // HTTP/1.0 knows no interim responses (RFC 9110, 15.2).
  if (exchange_.version_minor > 0) {
    proxy_.http.forward.gather(head);
    response_->send(proxy_.http.forward.pieces());
  }
  const ByteView rest = received_.subspan(head.size);
  upstream_in_ = Bytes(rest.begin(), rest.end());
}

std::unique_ptr<EventRelay> HttpSession::open_events(const http::ResponseHead& head) {
  if (head.framing.kind == http::Framing::Kind::none || is_encoded(head)) return nullptr;
  const http::Field* type = head.fields.find("Content-Type");
  if (type == nullptr) return nullptr;
  const auto codec = event::codec_for_content_type(type->value);
  if (codec.empty()) return nullptr;
  // A body of known length can't change it half-way: only a fault that is active now, and may touch
  // what this request has asked for, is worth losing it.
  if (head.framing.kind == http::Framing::Kind::length) {
    rescan_request();
    const auto may_touch = [&](const RulePtr& rule) {
      return rule->match.accepts(peer_, proxy_.http.request.head());
    };
    if (std::ranges::none_of(proxy_.rules().event, may_touch)) return nullptr;
  }
  auto events = std::make_unique<EventRelay>(codec,
                                             StreamOrigin{.peer = peer_,
                                                          .request = requests_,
                                                          .head = head_,
                                                          .bounds = held_bounds(proxy_.config())},
                                             proxy_.counters, hits_);
  events->refresh(proxy_.rules(), proxy_.loop.now(), [](ByteView, Hold) {});
  return events;
}

Task<HttpSession::Then> HttpSession::relay_final_response() {
  MessageEdits edits;
  if (!faults_.empty()) {
    keep_received();
    const bool still_there = co_await decide_response();
    if (!still_there) co_return Then::reset;
    if (AnswerPtr answered = faults_.answer(proxy_.rules(), proxy_.loop.now())) {
      close_upstream();
      co_return co_await answer(std::move(answered));
    }
    edits = faults_.response_edits(proxy_.rules(), proxy_.loop.now());
    if (!edits.bodies.empty()) co_await collect_response_body(edits);
  }
  // What a fault delays counts as the upstream's time.
  count_upstream(proxy_.loop.now() - exchange_.forwarded + exchange_.delayed);
  const http::ResponseHead& head = proxy_.http.response.head();
  auto events = payload_ ? nullptr : open_events(head);
  const auto length = payload_ ? std::optional<std::uint64_t>(payload_->size()) : std::nullopt;
  const BodyPlan plan =
      plan_body(head.framing, length, edits, events != nullptr ? Events::some : Events::none,
                exchange_.version_minor);
  const bool until_close =
      head.framing.kind == http::Framing::Kind::until_close || plan.form == BodyForm::until_close;
  const bool close = until_close || !exchange_.keep_alive || !head.keep_alive || proxy_.draining;

  http::ForwardOptions options{.framing = framing_fields(plan)};
  if (close && exchange_.version_minor == 1) options.connection = http::ConnectionLine::close;
  if (!close && exchange_.version_minor == 0) options.connection = http::ConnectionLine::keep_alive;
  proxy_.http.forward.gather(head, options);
  count_response(head.status);
  response_body_.emplace(payload_ ? whole(*payload_) : head.framing, plan.form,
                         BodyWork{.chain = std::move(edits.chain), .events = std::move(events)});
  // The head and what has come of the body leave in one write.
  response_->cork();
  if (edits.any) {
    response_->send(as_bytes(edited_head(proxy_.http.forward.pieces(), plan, edits)));
  } else {
    response_->send(proxy_.http.forward.pieces());
  }
  const ByteView received = received_.subspan(head.size);
  const auto fed =
      response_body_->feed(payload_ ? *payload_ : received, *response_, proxy_.loop.now());
  response_->uncork();
  const ByteView surplus = payload_ ? received : received.subspan(fed.consumed);
  upstream_in_ = Bytes(surplus.begin(), surplus.end());
  payload_.reset();
  Then then = close || edits.after == AfterMessage::close ? Then::close : Then::next;
  if (fed.reason != http::Reason::none) {
    ++proxy_.counters.bad_responses;
    then = Then::reset;
  }
  if (then != Then::reset && !response_body_->ended()) then = co_await relay_response_body(then);
  const auto cut = response_body_->cut();
  const bool exhausted = response_body_->exhausted();
  response_body_.reset();
  if (cut) co_return after_cut(*cut);
  if (then != Then::reset) co_await finish_request();
  // What is left of a body that a fault has ended early can't be told from the next response.
  if (then == Then::next && !exhausted) close_upstream();
  co_return finish_exchange(then);
}

HttpSession::Then HttpSession::after_cut(BodyEnd end) const {
  return end == BodyEnd::reset ? Then::reset : Then::close;
}

// Relays what is left of the body as it arrives.
Task<HttpSession::Then> HttpSession::relay_response_body(Then then) {
  TimePoint deadline = proxy_.loop.now() + proxy_.config().response_timeout;
  Turns turns(wakeup_);
  while (!response_body_->ended()) {
    response_body_->advance(*response_, proxy_.loop.now());
    if (response_body_->ended()) break;
    Io io{Io::Status::would_block};
    const bool wanted = response_->accepts() && response_body_->accepts();
    if (wanted) io = upstream_.read(proxy_.tools.scratch);
    // While the client, or a fault, holds the body up, it is not the upstream that is silent.
    if (!wanted) deadline = proxy_.loop.now() + proxy_.config().response_timeout;
    if (io.status == Io::Status::done) {
      const ByteView read = ByteView(proxy_.tools.scratch).first(io.count);
      const auto fed = response_body_->feed(read, *response_, proxy_.loop.now());
      upstream_in_.assign(read.begin() + static_cast<std::ptrdiff_t>(fed.consumed), read.end());
      if (fed.reason != http::Reason::none) {
        ++proxy_.counters.bad_responses;
        co_return Then::reset;
      }
      deadline = proxy_.loop.now() + proxy_.config().response_timeout;
      if (turns.over()) co_await turns.yield();
      continue;
    }
    if (io.status == Io::Status::failed) co_return Then::reset;
    if (io.status == Io::Status::end) {
      const bool whole = response_body_->close(*response_, proxy_.loop.now());
      if (!whole) ++proxy_.counters.bad_responses;
      // A cut body is cut for the client in the same way: FIN, in the middle of the message. Where
      // FIN is how a whole body ends, only RST can say so.
      co_return whole || response_body_->framed() ? Then::close : Then::reset;
    }
    if (response_->ended() || client_.broken() || cut()) co_return Then::reset;
    // It will not wait for ever for what is never sent.
    const bool stuck = response_->stuck() || response_body_->stuck();
    if (stuck && client_.hung_up()) co_return Then::reset;
    if (client_gone_ || request_body_error_ != http::Reason::none) co_return Then::reset;
    if (proxy_.loop.now() >= deadline) co_return Then::reset;
    co_await wakeup_.wait_until(std::min(deadline, response_body_->next_due()));
  }
  co_return then;
}

// A response may be complete before its request is: the rest of the request still goes on, for as
// long as the upstream takes it.
Task<> HttpSession::finish_request() {
  while (!request_pump_.done()) {
    const std::uint64_t moved = request_->bytes();
    const TimePoint deadline = proxy_.loop.now() + proxy_.config().body_timeout;
    while (!request_pump_.done() && proxy_.loop.now() < deadline) {
      co_await wakeup_.wait_until(deadline);
    }
    if (request_->bytes() == moved) co_return;
  }
}

// Whether both connections are good for another exchange after a response that has been sent.
HttpSession::Then HttpSession::finish_exchange(Then then) {
  if (then != Then::next) return then;
  // Surplus bytes belong to no request of ours; a body that nobody waited for can't be told from
  // the next.
  if (!upstream_in_.empty()) close_upstream();
  return request_body_->exhausted() ? Then::next : Then::close;
}

// WebSocket connections are followed both ways, so that a stream fault acts on an open one from its
// next message on. What an extension has changed is nothing to look into.
void HttpSession::open_upgraded_events(const http::ResponseHead& head) {
  const http::Field* protocol = head.fields.find(http::FieldKind::upgrade);
  if (protocol == nullptr || !is_websocket(protocol->value)) return;
  if (head.fields.find("Sec-WebSocket-Extensions") != nullptr) return;
  const StreamOrigin origin{
      .peer = peer_, .request = requests_, .head = head_, .bounds = held_bounds(proxy_.config())};
  upgraded_events_.emplace(event::make_codec("websocket"), event::make_codec("websocket"), origin,
                           proxy_.counters, hits_);
  upgraded_events_->refresh(proxy_.rules(), *request_, *response_, proxy_.loop.now());
}

// What came in one read with a head.
void HttpSession::send_upgraded(EventRelay* events, ByteView bytes, Outlet& out) {
  if (events == nullptr) return out.send(bytes);
  events->feed(bytes, proxy_.loop.now(),
               [&out](ByteView part, Hold hold) { out.send(part, hold); });
}

// Both sides have changed to another protocol: from here on only bytes and events are relayed.
Task<HttpSession::Then> HttpSession::upgrade() {
  const http::ResponseHead& head = proxy_.http.response.head();
  http::ForwardOptions options;
  options.upgrade = http::UpgradeFields::keep;
  proxy_.http.forward.gather(head, options);
  count_response(head.status);
  const Bytes sent = std::exchange(client_in_, {});
  response_->send(proxy_.http.forward.pieces());
  open_upgraded_events(head);
  EventRelay* request_events = upgraded_events_ ? &upgraded_events_->request() : nullptr;
  EventRelay* response_events = upgraded_events_ ? &upgraded_events_->response() : nullptr;
  send_upgraded(response_events, received_.subspan(head.size), *response_);
  send_upgraded(request_events, sent, *request_);
  upstream_in_.clear();
  request_pump_ = {};
  Wakeup response_wakeup(proxy_.loop);
  response_->set_producer(response_wakeup);
  client_.set_reader(&request_wakeup_);
  upstream_.set_reader(&response_wakeup);
  const RelayEnds ends{.client = client_,
                       .upstream = upstream_,
                       .request = *request_,
                       .response = *response_,
                       .owner = wakeup_,
                       .request_wakeup = request_wakeup_,
                       .response_wakeup = response_wakeup,
                       .request_events = request_events,
                       .response_events = response_events};
  const RelayEnd end = co_await relay(ends, proxy_.tools, proxy_.config().idle_timeout);
  upgraded_events_.reset();
  response_->set_producer(wakeup_);
  upstream_.set_reader(&wakeup_);
  client_.set_reader(&wakeup_);
  co_return end == RelayEnd::in_order ? Then::close : Then::reset;
}

}  // namespace firedrill
