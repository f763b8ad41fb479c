#include "proxy/session/tcp_session.h"

#include "proxy/session/admission.h"
#include "proxy/session/connect.h"
#include "proxy/session/linger.h"
#include "proxy/session/relay.h"

namespace firedrill {

bool TcpSession::start(Fd client) {
  if (!client_.open(std::move(client), Stream::State::connected)) return false;
  serving_ = serve();
  serving_.start();
  return true;
}

TcpSession::TcpSession(ProxyContext& proxy, const Peer& peer)
    : proxy_(proxy),
      peer_(peer),
      hits_(proxy.hits, peer),
      faults_(peer, hits_),
      client_(proxy.loop),
      upstream_(proxy.loop),
      wakeup_(proxy.loop),
      request_wakeup_(proxy.loop),
      response_wakeup_(proxy.loop) {}

Task<> TcpSession::serve() {
  auto action = AcceptVerdict::Action::serve;
  if (!proxy_.rules().connection.empty()) {
    client_.set_reader(&wakeup_);
    action = co_await admit(proxy_, faults_, client_, wakeup_);
  }
  Connected connected;
  if (action == AcceptVerdict::Action::serve) {
    const auto config = proxy_.proxy.config;  // a reload may replace it during the wait
    connected = co_await connect(proxy_.loop, proxy_.resolver, *config, upstream_, wakeup_);
  }
  if (connected.ok) {
    proxy_.counters.upstream_answered(proxy_.loop.now());
    co_await join();
  } else if (action == AcceptVerdict::Action::close) {
    ++proxy_.counters.connections_ok;
    client_.shutdown_write();
    co_await read_to_end(client_, proxy_.tools.scratch, wakeup_);
  } else {
    proxy_.counters.upstream_failed(proxy_.loop.now());
    ++proxy_.counters.connections_refused;
    client_.reset();
  }
  proxy_.retire(*this);
}

Task<> TcpSession::join() {
  const std::size_t high_water = proxy_.config().high_water.bytes;
  Counters& counters = proxy_.counters;
  request_.emplace(proxy_.loop, upstream_, high_water, request_wakeup_, wakeup_,
                   counters.bytes_request, &counters.written_request);
  response_.emplace(proxy_.loop, client_, high_water, response_wakeup_, wakeup_,
                    counters.bytes_response, &counters.written_response);
  client_.set_reader(&request_wakeup_);
  upstream_.set_reader(&response_wakeup_);
  if (const auto& codec = proxy_.config().codec) {
    const StreamOrigin origin{.peer = peer_, .bounds = held_bounds(proxy_.config())};
    event::CodecPair codecs = codec->make();
    events_.emplace(std::move(codecs.request), std::move(codecs.response), origin, counters, hits_);
  }
  if (!proxy_.rules().empty()) refresh();
  const RelayEnds ends{.client = client_,
                       .upstream = upstream_,
                       .request = *request_,
                       .response = *response_,
                       .owner = wakeup_,
                       .request_wakeup = request_wakeup_,
                       .response_wakeup = response_wakeup_,
                       .request_events = events_ ? &events_->request() : nullptr,
                       .response_events = events_ ? &events_->response() : nullptr};
  const RelayEnd end = co_await relay(ends, proxy_.tools, proxy_.config().idle_timeout);
  if (end == RelayEnd::in_order || end == RelayEnd::closed) ++counters.connections_ok;
  if (end == RelayEnd::reset) ++counters.connections_reset;
  if (end == RelayEnd::timed_out) ++counters.connections_timeout;
}

std::optional<std::uint64_t> TcpSession::progress() const {
  if (!request_ || !response_) return std::nullopt;
  return request_->bytes() + response_->bytes();
}

void TcpSession::refresh() {
  const TimePoint now = proxy_.loop.now();
  if (!request_ || !response_) {
    faults_.take_slots(proxy_.rules(), now);
    wakeup_.notify();
    return;
  }
  faults_.apply(proxy_.rules(), *request_, *response_, now);
  if (events_) events_->refresh(proxy_.rules(), *request_, *response_, now);
}

}  // namespace firedrill
