// HttpSession, from the client to the upstream.

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
      return std::ranges::equal(name, wanted,
                                [](char a, char b) { return (a | 0x20) == (b | 0x20); });
    };
    if (std::ranges::any_of(allowed, same)) return true;
  }
  return false;
}

// One gathering write for a head and what of its body has come with it.
void send_together(Outlet& out, std::span<const std::string_view> head, ByteView body) {
  constexpr std::size_t kMost = 32;
  std::array<std::string_view, kMost> pieces;
  if (body.empty()) return out.send(head);
  if (head.size() >= kMost) {
    out.send(head);
    return out.send(body);
  }
  const auto end = std::ranges::copy(head, pieces.begin()).out;
  *end = as_text(body);
  out.send(std::span<const std::string_view>(pieces).first(head.size() + 1));
}

}  // namespace

// Reads until there is a request head, which is left in head_ and in the worker's scanner.
Task<HttpSession::Got> HttpSession::read_request() {
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
               .forwarded = now};
  ++requests_;
  request_body_.emplace(head.framing);
  request_body_error_ = http::Reason::none;
  client_gone_ = false;
  bool waited = false;
  if (!proxy_.rules().request.empty()) {
    request_faults_.decide(proxy_.rules(), peer_, requests_, head, now);
    const bool still_there = co_await hold(&RequestFaults::request_delay);
    if (!still_there) co_return Then::reset;
    waited = true;
    const auto* answered = request_faults_.answer(proxy_.rules(), proxy_.loop.now());
    if (answered != nullptr && !answered->reach_upstream) co_return co_await answer(*answered);
  } else {
    request_faults_.clear();
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
    forward_request();
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

// Waits for as long as the rules that decided so want it. False when the client has gone meanwhile.
Task<bool> HttpSession::hold(Duration (RequestFaults::*delay)(const ActiveRules&, TimePoint)
                                 const) {
  const TimePoint start = proxy_.loop.now();
  for (;;) {
    const TimePoint now = proxy_.loop.now();
    const TimePoint due = start + (request_faults_.*delay)(proxy_.rules(), now);
    exchange_.delayed += due <= now ? now - start : Duration::zero();
    if (due <= now) co_return true;
    if (client_.broken() || cut()) co_return false;
    co_await wakeup_.wait_until(due);
  }
}

bool HttpSession::upstream_usable() {
  if (!upstream_.is_open()) return false;
  // An edit of the proxy holds from the next request on.
  const bool same = connected_by_->upstream == proxy_.config().upstream;
  if (same && upstream_.quiet() && !request_->ended()) return true;
  close_upstream();
  return false;
}

Task<Connected> HttpSession::open_upstream() {
  const auto config = proxy_.proxy.config;  // a reload may replace it during the wait
  const Connected connected =
      co_await connect(proxy_.loop, proxy_.resolver, *config, upstream_, wakeup_);
  if (!connected.ok) {
    proxy_.counters.upstream_failed(proxy_.loop.now());
    co_return connected;
  }
  proxy_.counters.upstream_answered(proxy_.loop.now());
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
void HttpSession::forward_request() {
  const http::RequestHead& head = proxy_.http.request.head();
  http::ForwardOptions options;
  if (exchange_.upgrade) {
    options.upgrade = http::UpgradeFields::keep;
  } else if (!head.keep_alive && head.version_minor == 1) {
    options.connection = http::ConnectionLine::close;
  } else if (head.keep_alive && head.version_minor == 0) {
    options.connection = http::ConnectionLine::keep_alive;
  }
  exchange_.forwarded = proxy_.loop.now();
  proxy_.http.forward.gather(head, options);
  if (request_body_->ended() || client_in_.empty())
    return request_->send(proxy_.http.forward.pieces());
  const auto first = request_body_->relay(client_in_);
  send_together(*request_, proxy_.http.forward.pieces(), first.forward);
  request_body_error_ = first.reason;
  const Bytes rest(client_in_.begin() + static_cast<std::ptrdiff_t>(first.consumed),
                   client_in_.end());
  client_in_.clear();
  if (request_body_error_ == http::Reason::none) request_body_error_ = relay_request_body(rest);
}

// Sends the part of `bytes` that belongs to the body on, and keeps what follows it in client_in_.
http::Reason HttpSession::relay_request_body(ByteView bytes) {
  while (!bytes.empty() && !request_body_->ended()) {
    const auto step = request_body_->relay(bytes);
    request_->send(step.forward);
    if (step.reason != http::Reason::none) return step.reason;
    bytes = bytes.subspan(step.consumed);
  }
  client_in_.assign(bytes.begin(), bytes.end());
  return http::Reason::none;
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
