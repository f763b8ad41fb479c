#include "proxy/session/http_session.h"

#include "proxy/session/admission.h"

#include <algorithm>
#include <utility>

namespace firedrill {

bool HttpSession::start(Fd client) {
  if (!client_.open(std::move(client), Stream::State::connected)) return false;
  serving_ = serve();
  serving_.start();
  return true;
}

HttpSession::HttpSession(ProxyContext& proxy, const Peer& peer)
    : proxy_(proxy),
      peer_(peer),
      hits_(proxy.hits, peer),
      connection_faults_(peer, hits_),
      client_(proxy.loop),
      upstream_(proxy.loop),
      wakeup_(proxy.loop),
      request_wakeup_(proxy.loop) {
  client_.set_reader(&wakeup_);
  upstream_.set_reader(&wakeup_);
}

Task<> HttpSession::serve() {
  response_.emplace(proxy_.loop, client_, proxy_.config().high_water.bytes, wakeup_, wakeup_,
                    proxy_.counters.bytes_response);
  auto action = AcceptVerdict::Action::serve;
  if (!proxy_.rules().connection.empty()) {
    action = co_await admit(proxy_, connection_faults_, client_, wakeup_);
    if (action == AcceptVerdict::Action::serve) refresh();
  }
  Then then = Then::next;
  if (action == AcceptVerdict::Action::close) then = Then::close;
  if (action == AcceptVerdict::Action::reset) then = Then::reset;
  Turns turns(wakeup_);
  while (then == Then::next) {
    if (turns.over()) co_await turns.yield();
    between_requests_ = true;
    const Got got = co_await read_request();
    between_requests_ = false;
    if (got == Got::head) {
      then = co_await exchange();
      finish_record();
      faults_.clear();
      continue;
    }
    exchange_ = {.started = proxy_.loop.now(), .sent_before = response_->bytes()};
    head_.clear();
    then = client_gone_ && client_.broken() ? Then::reset : Then::close;
    if (got == Got::refused) {
      ++proxy_.counters.bad_requests;
      then = co_await refuse(http::status_of(refused_));
    } else if (got == Got::timeout && !client_in_.empty()) {
      then = co_await refuse(408);
    }
    if (exchange_.status != 0) finish_record();
  }
  if (const auto kind = cut()) then = kind == Segment::Kind::close ? Then::close : Then::reset;
  ++(then == Then::reset ? proxy_.counters.connections_reset : proxy_.counters.connections_ok);
  request_pump_ = {};
  client_.set_reader(&wakeup_);
  if (then == Then::close) {
    co_await close_in_order();
  } else {
    co_await close_with_reset();
  }
  proxy_.retire(*this);
}

// How a fault, and not a peer, has ended a link, if any has: the whole connection goes with it.
std::optional<Segment::Kind> HttpSession::cut() const {
  const auto of = [](const std::optional<Outlet>& outlet) {
    return outlet ? outlet->cut() : std::nullopt;
  };
  return std::max({cut_, of(request_), of(response_)});
}

// Whether the present exchange has lost one of those whom it is for.
bool HttpSession::abandoned() const {
  return client_.broken() || client_gone_ || request_body_error_ != http::Reason::none ||
         response_->ended() || cut();
}

// Waits for the client to take what it was sent, for as long as there is somebody to take it.
Task<> HttpSession::wait_for_client(bool (Outlet::*until)() const) {
  TimePoint patience = proxy_.loop.now() + proxy_.config().response_timeout;
  while (!((*response_).*until)() && !response_->ended() && !client_.broken() && !cut() &&
         proxy_.loop.now() < patience) {
    // What a fault holds back is still to come.
    if (response_->stuck() && client_.hung_up()) break;
    if (response_->holds()) patience = proxy_.loop.now() + proxy_.config().response_timeout;
    co_await wakeup_.wait_until(patience);
  }
}

void HttpSession::close_upstream() {
  request_pump_ = {};
  client_.set_reader(&wakeup_);
  cut_ = cut();
  request_.reset();
  upstream_.set_writer(nullptr);
  upstream_.close();
  upstream_in_.clear();
}

void HttpSession::count_response(int status) {
  Counters& counters = proxy_.counters;
  const auto row = static_cast<std::size_t>(status);
  if (row < counters.responses.size()) ++counters.responses[row];
  counters.request_duration.observe(proxy_.loop.now() - exchange_.started);
  if (exchange_.probe)
    ++(status >= 200 && status < 400 ? counters.healthchecks_ok : counters.healthchecks_failed);
  exchange_.status = status;
  if (faults_.to_be_noted()) note_hits();
}

void HttpSession::count_upstream(Duration took) {
  proxy_.counters.upstream_duration.observe(took);
  exchange_.upstream_took = took;
}

void HttpSession::refresh() {
  if (!response_) return;
  const TimePoint now = proxy_.loop.now();
  // Before the first request there is no outlet to the upstream yet; it gets its stages when it is
  // made.
  if (request_) {
    connection_faults_.apply(proxy_.rules(), *request_, *response_, now);
  } else {
    connection_faults_.apply_one(proxy_.rules(), Direction::response, *response_, now);
  }
  if (response_body_) response_body_->refresh(proxy_.rules(), *response_, now);
  if (upgraded_events_) upgraded_events_->refresh(proxy_.rules(), *request_, *response_, now);
  wakeup_.notify();
}

// What the client has sent so far of a next request counts as well.
std::optional<std::uint64_t> HttpSession::progress() const {
  if (!between_requests_) return std::nullopt;
  return requests_ + response_->bytes() + client_in_.size();
}

void HttpSession::drain() {
  wakeup_.notify();
}

}  // namespace firedrill
