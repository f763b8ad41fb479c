// HttpSession, messages that faults change.

#include "proxy/codec/event/codec.h"
#include "proxy/session/http_session.h"

#include <utility>

namespace firedrill {

http::ResponseTo HttpSession::response_to() const {
  return exchange_.is_head ? http::ResponseTo::head : http::ResponseTo::other;
}

// After a wait, in which other sessions have used the scanner.
void HttpSession::rescan_response() {
  [[maybe_unused]] const http::Scan scan = proxy_.http.response.scan(received_, response_to());
  BOOST_ASSERT(scan.complete());
}

// Reads a whole body before any of it goes on, and leaves it where it is read to. Nothing when it
// is too long for that, does not come, or when no fault asks for it any more.
Task<std::optional<http::Unframer>> HttpSession::gather(Gathering body) {
  using Kind = http::Framing::Kind;
  if (body.framing.kind == Kind::none) co_return std::nullopt;
  if (body.framing.kind == Kind::length && body.framing.length > kMostCollected) {
    co_return std::nullopt;
  }
  http::Unframer unframer(body.framing);
  unframer.feed(ByteView(body.in).subspan(body.begin));
  const TimePoint deadline = proxy_.loop.now() + proxy_.config().body_timeout;
  Turns turns(wakeup_);
  while (!unframer.whole() && unframer.reason() == http::Reason::none &&
         unframer.size() <= kMostCollected &&
         (faults_.*body.wanted)(proxy_.rules(), proxy_.loop.now())) {
    const Io io = body.from.read(proxy_.tools.scratch);
    if (io.status == Io::Status::done) {
      const ByteView read = ByteView(proxy_.tools.scratch).first(io.count);
      body.in.insert(body.in.end(), read.begin(), read.end());
      unframer.feed(read);
      if (turns.over()) co_await turns.yield();
      continue;
    }
    if (io.status == Io::Status::end) unframer.close();
    if (io.status != Io::Status::would_block || abandoned()) break;
    if (proxy_.loop.now() >= deadline) break;
    co_await wakeup_.wait_until(deadline);
  }
  if (!unframer.whole()) co_return std::nullopt;
  co_return unframer;
}

// A client that waits for 100 Continue would not send the body.
Task<std::optional<http::Unframer>> HttpSession::gather_request_body() {
  if (exchange_.expects_continue) co_return std::nullopt;
  rescan_request();
  const Gathering body{.from = client_,
                       .in = client_in_,
                       .begin = 0,
                       .framing = proxy_.http.request.head().framing,
                       .wanted = &HttpFaults::edits_request_body};
  co_return co_await gather(body);
}

// The edits of the request that hold now; those of its payload are done.
MessageEdits HttpSession::edit_request(std::optional<http::Unframer> body) {
  MessageEdits edits = faults_.request_edits(proxy_.rules(), proxy_.loop.now());
  if (!body) give_up_payload(edits, faults_);
  if (edits.bodies.empty()) return edits;
  payload_ = edited_payload(body->take_payload(), edits, faults_);
  trailers_ = body->take_trailers();
  exchange_.request_bytes += body->size();
  client_in_ =
      Bytes(client_in_.begin() + static_cast<std::ptrdiff_t>(body->size()), client_in_.end());
  return edits;
}

void HttpSession::forward_edited(http::ForwardOptions options, MessageEdits& edits) {
  const http::RequestHead& head = proxy_.http.request.head();
  const auto length = payload_ ? std::optional<std::uint64_t>(payload_->size()) : std::nullopt;
  const BodyPlan plan =
      plan_body(head.framing, length, edits, Events::none, exchange_.version_minor);
  options.framing = framing_fields(plan);
  proxy_.http.forward.gather(head, options);
  request_body_.emplace(
      payload_ ? whole(*payload_) : head.framing, plan.form,
      BodyWork{.chain = std::move(edits.chain), .trailers = std::exchange(trailers_, {})});
  request_->cork();
  request_->send(as_bytes(edited_head(proxy_.http.forward.pieces(), plan, edits)));
  if (payload_) {
    request_body_->feed(*payload_, *request_, proxy_.loop.now());
    payload_.reset();
  } else {
    request_body_error_ = relay_request_body(std::exchange(client_in_, {}));
  }
  request_->uncork();
}

// Asks the faults about the response whose head begins received_, and waits as long as they want.
// False when the client has gone meanwhile.
Task<bool> HttpSession::decide_response() {
  exchange_.response_decided = true;
  rescan_request();
  faults_.decide_response(proxy_.rules(), proxy_.http.request.head(), proxy_.http.response.head(),
                          proxy_.loop.now());
  const bool still_there = co_await hold(&HttpFaults::response_delay);
  if (still_there) rescan_response();
  co_return still_there;
}

// The worker's scanner holds the head before and after. A stream of events has no end to wait for.
Task<std::optional<http::Unframer>> HttpSession::gather_response_body() {
  const http::ResponseHead& head = proxy_.http.response.head();
  const http::Field* type = head.fields.find("Content-Type");
  if (type != nullptr && !event::codec_for_content_type(type->value).empty()) {
    co_return std::nullopt;
  }
  const Gathering source{.from = upstream_,
                         .in = upstream_in_,
                         .begin = head.size,
                         .framing = head.framing,
                         .wanted = &HttpFaults::edits_response_body};
  auto body = co_await gather(source);
  received_ = upstream_in_;
  rescan_response();
  co_return body;
}

// The edits of the response that hold now; those of its payload are done.
MessageEdits HttpSession::edit_response(std::optional<http::Unframer> body) {
  MessageEdits edits = faults_.response_edits(proxy_.rules(), proxy_.loop.now());
  if (!body) give_up_payload(edits, faults_);
  if (edits.bodies.empty()) return edits;
  payload_ = edited_payload(body->take_payload(), edits, faults_);
  trailers_ = body->take_trailers();
  const auto begin =
      upstream_in_.begin() + static_cast<std::ptrdiff_t>(proxy_.http.response.head().size);
  upstream_in_.erase(begin, begin + static_cast<std::ptrdiff_t>(body->size()));
  received_ = upstream_in_;
  return edits;
}

}  // namespace firedrill
