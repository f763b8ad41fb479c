// HttpSession, from the client to the upstream.

#include "proxy/codec/http/chars.h"
#include "proxy/fault/delay.h"
#include "proxy/session/connect.h"
#include "proxy/session/http_session.h"

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill {
namespace {

// The paths that load balancers and orchestrators ask by convention.
bool is_probe_path(std::string_view path) {
  constexpr std::array<std::string_view, 8> kPaths{"/healthz", "/health", "/livez", "/readyz",
                                                   "/ready",   "/live",   "/ping",  "/status"};
  return path.size() <= 8 && std::ranges::find(kPaths, path) != kPaths.end();
}

bool is_allowed(const http::Field* upgrade, const std::vector<std::string>& allowed) {
  if (upgrade == nullptr) return false;
  http::ListReader list(upgrade->value);
  for (auto wanted = list.next(); !wanted.empty(); wanted = list.next()) {
    const auto same = [&](const std::string& name) {
      return http::equal_ignoring_case(name, wanted);
    };
    if (std::ranges::any_of(allowed, same)) return true;
  }
  return false;
}

}  // namespace

// Reads until there is a request head, which is left in head_ and in the worker's scanner. The
// response before it has gone then, so that faults time the next from there, and a client that does
// not take its responses is not asked for more.
Task<HttpSession::Got> HttpSession::read_request() {
  if (!response_->ready()) {
    co_await wait_for_client(&Outlet::ready);
    if (!response_->ready()) co_return Got::nothing;
  }
  const bool fresh = requests_ == 0 || !client_in_.empty();
  TimePoint deadline = proxy_.loop.now() +
                       (fresh ? proxy_.config().head_timeout : proxy_.config().keep_alive_timeout);
  if (!client_in_.empty()) {
    const Bytes pipelined = std::exchange(client_in_, {});
    if (take_request(pipelined)) co_return taken();
  }
  for (;;) {
    const std::size_t seen = client_in_.size();
    const Io io = client_.read(proxy_.tools.scratch);
    if (io.status == Io::Status::done) {
      const ByteView read = ByteView(proxy_.tools.scratch).first(io.count);
      if (seen == 0) {
        if (take_request(read)) co_return refused_ == http::Reason::none ? Got::head : Got::refused;
        deadline = proxy_.loop.now() + proxy_.config().head_timeout;
        continue;
      }
      client_in_.insert(client_in_.end(), read.begin(), read.end());
      if (!proxy_.http.request.worth_scanning(client_in_, seen)) continue;
      const Bytes whole = std::exchange(client_in_, {});
      if (take_request(whole)) co_return taken();
      continue;
    }
    if (io.status != Io::Status::would_block) {
      client_gone_ = true;
      co_return Got::nothing;
    }
    // What has arrived is served; a connection that never asked anything may still be about to.
    if (proxy_.draining && client_in_.empty() && requests_ > 0) co_return Got::nothing;
    if (upstream_.is_open() && !upstream_.quiet()) close_upstream();
    if (response_->ended() || cut()) co_return Got::nothing;
    if (proxy_.loop.now() >= deadline) co_return Got::timeout;
    co_await wakeup_.wait_until(deadline);
  }
}

// A head whose bytes are about to go: the scanner's views must point into the copy.
HttpSession::Got HttpSession::taken() {
  if (refused_ != http::Reason::none) return Got::refused;
  rescan_request();
  return Got::head;
}

// Scans `bytes`, which are not in client_in_. True when that has settled it: a head has been taken,
// and what follows it put into client_in_, or the request is refused. Otherwise keeps them there
// for more.
bool HttpSession::take_request(ByteView bytes) {
  const http::Scan scan = proxy_.http.request.scan(bytes);
  refused_ = scan.reason;
  if (scan.refused()) return true;
  if (scan.incomplete()) {
    client_in_.assign(bytes.begin(), bytes.end());
    return false;
  }
  const http::RequestHead& head = proxy_.http.request.head();
  head_.assign(head.raw);
  const ByteView rest = bytes.subspan(head.size);
  client_in_.assign(rest.begin(), rest.end());
  return true;
}

// After a wait, in which other sessions have used the scanner.
void HttpSession::rescan_request() {
  [[maybe_unused]] const http::Scan scan = proxy_.http.request.scan(as_bytes(head_));
  BOOST_ASSERT(scan.complete());
}

Task<HttpSession::Then> HttpSession::exchange() {
  const TimePoint now = proxy_.loop.now();
  const http::RequestHead& head = proxy_.http.request.head();
  exchange_ = {.version_minor = head.version_minor,
               .is_head = head.is_head(),
               .keep_alive = head.keep_alive,
               .upgrade = head.upgrade && is_allowed(head.fields.find(http::FieldKind::upgrade),
                                                     proxy_.config().upgrades),
               .replayable = head.is_idempotent() && head.framing.kind == http::Framing::Kind::none,
               .expects_continue = head.expects_continue,
               .probe = is_probe_path(head.target.path),
               .started = now,
               .forwarded = now,
               .request_bytes = head.raw.size(),
               .sent_before = response_->bytes()};
  ++requests_;
  request_body_.emplace(head.framing, BodyForm::as_is);
  request_body_error_ = http::Reason::none;
  client_gone_ = false;
  bool waited = false;
  std::optional<http::Unframer> body;
  std::optional<MessageEdits> edits;
  if (!proxy_.rules().request.empty()) {
    faults_.decide(proxy_.rules(), peer_, requests_, head, now);
    const bool still_there = co_await hold(&HttpFaults::request_delay);
    if (!still_there) co_return Then::reset;
    waited = true;
    exchange_.delayed = proxy_.loop.now() - now;
    AnswerPtr answered = faults_.answer(proxy_.rules(), proxy_.loop.now());
    if (answered != nullptr && !answered->reach_upstream) {
      co_return co_await answer(std::move(answered));
    }
    if (faults_.edits_request_body(proxy_.rules(), proxy_.loop.now())) {
      body = co_await gather_request_body();
    }
  } else {
    faults_.clear();
  }
  // A request on a connection that turns out to be stale is sent once more, on a new one, when that
  // can do no harm; nothing is ever sent twice otherwise.
  for (;;) {
    exchange_.reused = upstream_usable();
    if (!exchange_.reused) {
      const Connected connected = co_await open_upstream();
      const int status = connected.timed_out ? 504 : 503;
      if (!connected.ok) co_return co_await refuse(status);
      waited = true;
    }
    if (waited) rescan_request();
    if (!edits) edits = edit_request(std::move(body));
    forward_request(*edits);
    if (request_body_error_ != http::Reason::none) {
      ++proxy_.counters.bad_requests;
      co_return co_await refuse(http::status_of(request_body_error_));
    }
    if (!request_body_->ended()) {
      request_pump_ = pump_request_body();
      request_pump_.start();
    }
    const Got got = co_await read_response();
    if (got != Got::replay) co_return co_await relay_response(got);
    close_upstream();
    waited = true;
  }
}

// Waits for as long as the rules that decided so want it. False when the client has gone meanwhile:
// where there is no end to the wait, a client that has said all it has to say counts as gone.
Task<bool> HttpSession::hold(Duration (HttpFaults::*delay)(const ActiveRules&, TimePoint) const) {
  const TimePoint start = proxy_.loop.now();
  for (;;) {
    const Duration length = (faults_.*delay)(proxy_.rules(), proxy_.loop.now());
    const TimePoint due = start + length;
    if (due <= proxy_.loop.now()) co_return true;
    const bool endless = length >= kLongestDelay;
    if (client_.broken() || cut() || (endless && client_.hung_up())) co_return false;
    // There may never be a status to note with it.
    if (endless && faults_.to_be_noted()) note_hits();
    co_await wakeup_.wait_until(due);
  }
}

bool HttpSession::upstream_usable() {
  if (!upstream_.is_open()) return false;
  // An edit of the proxy holds from the next request on.
  const Address* other = faults_.upstream(proxy_.rules(), proxy_.loop.now());
  const bool same = other == nullptr ? connected_by_->upstream == proxy_.config().upstream
                                     : connected_by_->upstream.addresses == std::vector{*other};
  if (same && upstream_.quiet() && !request_->ended()) return true;
  close_upstream();
  return false;
}

Task<Connected> HttpSession::open_upstream() {
  auto config = proxy_.proxy.config;  // a reload may replace it during the wait
  const Address* other = faults_.upstream(proxy_.rules(), proxy_.loop.now());
  // How another fares says nothing of the proxy's own.
  const bool own = other == nullptr;
  if (!own) {
    auto routed = std::make_shared<ProxyConfig>(*config);
    routed->upstream = {.addresses = {*other}};
    config = std::move(routed);
  }
  const Connected connected =
      co_await connect(proxy_.loop, proxy_.resolver, *config, upstream_, wakeup_);
  if (!connected.ok) {
    if (own) proxy_.counters.upstream_failed(proxy_.loop.now());
    co_return connected;
  }
  if (own) proxy_.counters.upstream_answered(proxy_.loop.now());
  connected_by_ = config;
  upstream_.set_reader(&wakeup_);
  request_.emplace(proxy_.loop, upstream_, proxy_.config().high_water.bytes, request_wakeup_,
                   wakeup_, proxy_.counters.bytes_request);
  if (!proxy_.rules().connection.empty()) {
    connection_faults_.apply(proxy_.rules(), *request_, *response_, proxy_.loop.now());
  }
  co_return connected;
}

// Sends the head and as much of the body as has arrived.
void HttpSession::forward_request(MessageEdits& edits) {
  const http::RequestHead& head = proxy_.http.request.head();
  http::ForwardOptions options;
  if (exchange_.upgrade) {
    options.upgrade = http::UpgradeFields::keep;
    // What two peers have agreed to compress can't be read later, and never be taken back.
    if (proxy_.proxy.has_stream_faults) options.without = "Sec-WebSocket-Extensions";
  } else if (!head.keep_alive && head.version_minor == 1) {
    options.connection = http::ConnectionLine::close;
  } else if (head.keep_alive && head.version_minor == 0) {
    options.connection = http::ConnectionLine::keep_alive;
  }
  exchange_.forwarded = proxy_.loop.now();
  if (edits.any) return forward_edited(options, edits);
  proxy_.http.forward.gather(head, options);
  if (request_body_->ended() || client_in_.empty()) {
    return request_->send(proxy_.http.forward.pieces());
  }
  request_->cork();
  request_->send(proxy_.http.forward.pieces());
  request_body_error_ = relay_request_body(std::exchange(client_in_, {}));
  request_->uncork();
}

// Sends the part of `bytes` that belongs to the body on, and keeps what follows it in client_in_.
http::Reason HttpSession::relay_request_body(ByteView bytes) {
  const auto fed = request_body_->feed(bytes, *request_, proxy_.loop.now());
  exchange_.request_bytes += fed.consumed;
  const ByteView rest = bytes.subspan(fed.consumed);
  if (fed.reason == http::Reason::none) client_in_.assign(rest.begin(), rest.end());
  return fed.reason;
}

// Carries the rest of a request's body while the response may already be on its way.
Task<> HttpSession::pump_request_body() {
  client_.set_reader(&request_wakeup_);
  TimePoint deadline = proxy_.loop.now() + proxy_.config().body_timeout;
  Turns turns(request_wakeup_);
  while (!request_body_->ended() && !request_->ended()) {
    Io io{Io::Status::would_block};
    const bool wanted = request_->accepts();
    if (wanted) io = client_.read(proxy_.tools.scratch);
    // While the upstream, or a fault, holds the body up, it is not the client that is silent.
    if (!wanted || io.status == Io::Status::done) {
      deadline = proxy_.loop.now() + proxy_.config().body_timeout;
    }
    if (io.status == Io::Status::done) {
      request_body_error_ = relay_request_body(ByteView(proxy_.tools.scratch).first(io.count));
      if (request_body_error_ != http::Reason::none) break;
      if (turns.over()) co_await turns.yield();
      continue;
    }
    client_gone_ =
        io.status != Io::Status::would_block || client_.broken() || proxy_.loop.now() >= deadline;
    if (client_gone_) break;
    co_await request_wakeup_.wait_until(deadline);
  }
  client_.set_reader(&wakeup_);
  wakeup_.notify();
}

}  // namespace firedrill
