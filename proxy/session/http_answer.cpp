// HttpSession, what the proxy answers itself.

#include "proxy/fault/answer.h"
#include "proxy/session/http_session.h"
#include "proxy/session/linger.h"

#include <array>
#include <string>

namespace firedrill {
namespace {

constexpr Duration kLinger = std::chrono::seconds(1);

std::string_view phrase_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 414:
      return "URI Too Long";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Error";
  }
}

}  // namespace

// A fault's answer instead of the upstream's. The connection goes on where the request is whole and
// both sides allow it. What other faults do to responses they do to this one.
Task<HttpSession::Then> HttpSession::answer(AnswerPtr chosen) {
  bool whole = false;
  if (chosen->ending != Answer::Ending::reset) whole = co_await discard_request_body();
  // It stands even if its fault has just ended: the request's body is gone.
  const Answer* answer = chosen.get();
  const bool close =
      !whole || !exchange_.keep_alive || exchange_.version_minor == 0 || proxy_.draining;
  const bool says_close = answer->closing == nullptr;
  if (close && !says_close) answer = answer->closing;
  const auto time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto part = exchange_.is_head ? AnswerPart::head : AnswerPart::whole;
  const Bytes forged = render(*answer, part, time);
  received_ = forged;
  MessageEdits edits;
  if (answer->status != 0 && proxy_.http.response.scan(received_, response_to()).complete()) {
    if (!exchange_.response_decided) {
      const bool still_there = co_await decide_response();
      if (!still_there) co_return Then::reset;
    }
    edits = faults_.response_edits(proxy_.rules(), proxy_.loop.now());
  }
  if (answer->status == 0) faults_.count_no_response();
  // It counts as the upstream's: nothing else would be seen if it had failed by itself.
  count_upstream(proxy_.loop.now() - exchange_.started);
  count_response(answer->status);
  Then then = close || says_close ? Then::close : Then::next;
  if (answer->ending == Answer::Ending::reset) then = Then::reset;
  if (edits.any) co_return deliver_forged(forged, edits, then);
  response_->send(forged);
  co_return then;
}

// Sends the answer, whose head the worker's scanner holds, as the edits want it. The fields of its
// connection are its own.
HttpSession::Then HttpSession::deliver_forged(ByteView forged, MessageEdits& edits, Then then) {
  const http::ResponseHead& head = proxy_.http.response.head();
  const ByteView own = forged.subspan(head.size);
  if (!edits.bodies.empty() && own.empty()) give_up_payload(edits, faults_);
  std::optional<Bytes> edited;
  if (!edits.bodies.empty()) edited = edited_payload(Bytes(own.begin(), own.end()), edits, faults_);
  const auto length = edited ? std::optional<std::uint64_t>(edited->size()) : std::nullopt;
  const BodyPlan plan =
      plan_body(head.framing, length, edits, Events::none, exchange_.version_minor);
  const http::ForwardOptions options{.upgrade = http::UpgradeFields::keep,
                                     .framing = framing_fields(plan)};
  proxy_.http.forward.gather(head, options);
  BodyRelay body(edited ? whole(*edited) : head.framing, plan.form,
                 BodyWork{.chain = std::move(edits.chain)});
  response_->cork();
  response_->send(as_bytes(edited_head(proxy_.http.forward.pieces(), plan, edits)));
  body.feed(edited ? ByteView(*edited) : own, *response_, proxy_.loop.now());
  response_->uncork();
  if (const auto cut = body.cut()) return after_cut(*cut);
  if (plan.form == BodyForm::until_close || edits.after == AfterMessage::close) {
    then = std::max(then, Then::close);
  }
  return then;
}

// Reads the rest of a request's body for nobody, so that the next request can be found. False when
// that is not worth it: a client that waits for 100 Continue may never send it.
Task<bool> HttpSession::discard_request_body() {
  constexpr std::uint64_t kMost = 1_MiB;
  std::uint64_t discarded = 0;
  const TimePoint deadline = proxy_.loop.now() + proxy_.config().body_timeout;
  if (request_body_->ended()) co_return true;
  if (exchange_.expects_continue) co_return false;
  ByteView bytes = client_in_;
  Bytes rest;
  for (;;) {
    const auto fed = request_body_->discard(bytes);
    if (fed.reason != http::Reason::none) co_return false;
    bytes = bytes.subspan(fed.consumed);
    discarded += fed.consumed;
    exchange_.request_bytes += fed.consumed;
    rest.assign(bytes.begin(), bytes.end());
    client_in_.swap(rest);
    if (request_body_->ended()) co_return true;
    if (discarded > kMost || proxy_.loop.now() >= deadline) co_return false;
    const Io io = client_.read(proxy_.tools.scratch);
    if (io.status == Io::Status::done) {
      bytes = ByteView(proxy_.tools.scratch).first(io.count);
      continue;
    }
    bytes = {};
    if (io.status != Io::Status::would_block) co_return false;
    co_await wakeup_.wait_until(deadline);
  }
}

// An error of our own. Nothing may follow it: what the client sent is not understood, or not
// forwarded.
Task<HttpSession::Then> HttpSession::refuse(int status) {
  close_upstream();
  faults_.count_no_response();
  const std::string_view phrase = phrase_of(status);
  const std::string body = std::string(phrase) + "\n";
  const std::string head =
      "HTTP/1.1 " + std::to_string(status) + " " + std::string(phrase) +
      "\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) +
      "\r\nConnection: close\r\n\r\n";
  const std::array<std::string_view, 2> pieces{head, body};
  response_->send(std::span(pieces).first(exchange_.is_head ? 1 : 2));
  count_response(status);
  co_return Then::close;
}

// Sends FIN behind everything and waits for the client to take it.
Task<> HttpSession::close_in_order() {
  if (cut()) co_return co_await close_both();
  response_->end(Segment::Kind::fin);
  co_await wait_for_client(&Outlet::finished);
  co_await read_to_end(client_, proxy_.tools.scratch, wakeup_);
}

// FIN to both sides at once; what was still on its way is lost.
Task<> HttpSession::close_both() {
  response_->cut(Segment::Kind::close);
  if (request_) request_->cut(Segment::Kind::close);
  co_await read_to_end(client_, proxy_.tools.scratch, wakeup_);
  co_await read_to_end(upstream_, proxy_.tools.scratch, wakeup_);
}

// RST to both sides; the client gets what was on its way before.
Task<> HttpSession::close_with_reset() {
  upstream_.reset();
  response_->end(Segment::Kind::reset);
  // What a fault makes late is still to come, for as long as there is somebody to take it.
  TimePoint deadline = proxy_.loop.now() + kLinger;
  while (!response_->ended() && !client_.broken() && proxy_.loop.now() < deadline) {
    if (response_->holds() && !client_.hung_up()) deadline = proxy_.loop.now() + kLinger;
    co_await wakeup_.wait_until(deadline);
  }
  co_await reset_after_flush(client_, wakeup_);
}

}  // namespace firedrill
