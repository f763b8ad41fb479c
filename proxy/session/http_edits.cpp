// HttpSession, messages that faults change.

#include "proxy/codec/event/codec.h"
#include "proxy/codec/http/unframed.h"
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

// Gathers the request's whole body and edits it. A client that waits for 100 Continue would not
// send it.
Task<> HttpSession::collect_request_body(MessageEdits& edits) {
  rescan_request();
  const http::Framing framing = proxy_.http.request.head().framing;
  const TimePoint deadline = proxy_.loop.now() + proxy_.config().body_timeout;
  http::Unframed body = http::unframe(framing, client_in_);
  while (!body.whole && body.reason == http::Reason::none && !exchange_.expects_continue &&
         client_in_.size() <= kMostCollected && proxy_.loop.now() < deadline) {
    const Io io = client_.read(proxy_.tools.scratch);
    if (io.status == Io::Status::would_block && !client_.broken()) {
      co_await wakeup_.wait_until(deadline);
      continue;
    }
    if (io.status != Io::Status::done) break;
    const ByteView read = ByteView(proxy_.tools.scratch).first(io.count);
    client_in_.insert(client_in_.end(), read.begin(), read.end());
    body = http::unframe(framing, client_in_);
  }
  const bool editable = body.whole && framing.kind != http::Framing::Kind::none;
  if (!editable) co_return give_up_payload(edits, faults_);
  payload_ = edited_payload(std::move(body.payload), edits, faults_);
  exchange_.request_bytes += body.size;
  client_in_.erase(client_in_.begin(), client_in_.begin() + static_cast<std::ptrdiff_t>(body.size));
}

void HttpSession::forward_edited(http::ForwardOptions options, MessageEdits& edits) {
  const http::RequestHead& head = proxy_.http.request.head();
  const auto length = payload_ ? std::optional<std::uint64_t>(payload_->size()) : std::nullopt;
  const BodyPlan plan =
      plan_body(head.framing, length, edits, Events::none, exchange_.version_minor);
  options.framing = framing_fields(plan);
  proxy_.http.forward.gather(head, options);
  request_body_.emplace(payload_ ? whole(*payload_) : head.framing, plan.form,
                        BodyWork{.chain = std::move(edits.chain)});
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

// Gathers the response's whole body, edits it, and takes it out of what was received. The worker's
// scanner holds the head before and after. A stream of events has no end to wait for.
Task<> HttpSession::collect_response_body(MessageEdits& edits) {
  const http::ResponseHead& head = proxy_.http.response.head();
  const http::Framing framing = head.framing;
  const std::size_t head_size = head.size;
  const http::Field* type = head.fields.find("Content-Type");
  const bool streams = type != nullptr && !event::codec_for_content_type(type->value).empty();
  const TimePoint deadline = proxy_.loop.now() + proxy_.config().body_timeout;
  const auto unframe = [&] {
    return http::unframe(framing, ByteView(upstream_in_).subspan(head_size));
  };
  http::Unframed body = unframe();
  while (!body.whole && body.reason == http::Reason::none && !streams &&
         upstream_in_.size() <= kMostCollected && proxy_.loop.now() < deadline) {
    const Io io = upstream_.read(proxy_.tools.scratch);
    if (io.status == Io::Status::would_block && !client_.broken()) {
      co_await wakeup_.wait_until(deadline);
      continue;
    }
    if (io.status == Io::Status::end) body.whole = framing.kind == http::Framing::Kind::until_close;
    if (io.status != Io::Status::done) break;
    const ByteView read = ByteView(proxy_.tools.scratch).first(io.count);
    upstream_in_.insert(upstream_in_.end(), read.begin(), read.end());
    body = unframe();
  }
  if (body.whole && framing.kind != http::Framing::Kind::none) {
    payload_ = edited_payload(std::move(body.payload), edits, faults_);
    const auto begin = upstream_in_.begin() + static_cast<std::ptrdiff_t>(head_size);
    upstream_in_.erase(begin, begin + static_cast<std::ptrdiff_t>(body.size));
  } else {
    give_up_payload(edits, faults_);
  }
  received_ = upstream_in_;
  rescan_response();
}

}  // namespace firedrill
