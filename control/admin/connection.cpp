#include "control/admin/connection.h"

#include "control/admin/exchange.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>

#include <array>

// At -O1 g++ 12 inlines only one half of Asio's pair of frame allocation functions, and then warns
// that the halves do not match.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace firedrill::admin {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::beast::flat_buffer;
using ErrorCode = boost::system::error_code;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

// The unread bytes of one connection never exceed this, whatever Beast's parser waits for.
constexpr std::size_t kBuffer = 16_KiB;

asio::awaitable<ErrorCode> send(Stream& stream, std::string text, Duration timeout) {
  stream.expires_after(timeout);
  const auto bytes = asio::buffer(text);
  const auto [ec, written] = co_await asio::async_write(stream, bytes, kTuple);
  co_return ec;
}

// Closes so that the peer can still read our last words: while unread bytes arrive, closing at once
// would reset the connection and destroy them.
asio::awaitable<void> linger(Stream& stream) {
  constexpr std::size_t kMost = 8_MiB;
  constexpr auto kPatience = std::chrono::seconds(2);
  ErrorCode ignored;
  stream.socket().shutdown(asio::socket_base::shutdown_send, ignored);
  stream.expires_after(kPatience);
  std::array<char, 4096> scrap{};
  for (std::size_t total = 0; total < kMost;) {
    const auto bytes = asio::buffer(scrap);
    const auto [ec, count] = co_await stream.async_read_some(bytes, kTuple);
    if (ec) break;
    total += count;
  }
}

// One connection's requests, in turn.
class Connection {
 public:
  Connection(Stream& stream, std::string from, Service& service)
      : stream_(stream), from_(std::move(from)), service_(service) {}

  asio::awaitable<void> run();

 private:
  enum class Body { whole, malformed, too_large, gone };

  asio::awaitable<bool> wait_for_request(Duration patience);
  asio::awaitable<Then> exchange();
  asio::awaitable<Body> read_body(Parser& parser);
  asio::awaitable<Then> refuse(Response response, const Parser& parser, const Request& request);
  asio::awaitable<Then> respond(Response response, const Parser& parser, const Request& request);
  asio::awaitable<void> stream_events(Request request, const EventStream& source);

  Stream& stream_;
  std::string from_;
  Service& service_;
  flat_buffer buffer_{kBuffer};
};

asio::awaitable<void> Connection::run() {
  Duration patience = service_.limits.head_timeout;
  while (true) {
    const bool arrived = co_await wait_for_request(patience);
    if (!arrived) break;
    const Then then = co_await exchange();
    if (then == Then::close) break;
    patience = service_.limits.idle_timeout;
  }
}

asio::awaitable<bool> Connection::wait_for_request(Duration patience) {
  if (buffer_.size() > 0) co_return true;  // the next request was sent along with the last
  stream_.expires_after(patience);
  const auto space = buffer_.prepare(1024);
  const auto [ec, count] = co_await stream_.async_read_some(space, kTuple);
  buffer_.commit(count);
  co_return !ec;
}

asio::awaitable<Then> Connection::exchange() {
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(service_.limits.head));
  parser.body_limit(boost::none);  // the route says, once it is known
  stream_.expires_after(service_.limits.head_timeout);
  const auto [ec, count] = co_await http::async_read_header(stream_, buffer_, parser, kTuple);
  if (ec && ec.category() != make_error_code(http::error::bad_method).category()) {
    co_return Then::close;
  }
  if (ec == http::error::end_of_stream || ec == http::error::partial_message) {
    co_return Then::close;
  }
  if (ec) {
    const bool large = ec == http::error::header_limit || ec == http::error::buffer_overflow;
    Response refusal = large ? error(431, "head_too_large", "the request's head is too large")
                             : bad_request("malformed request: " + ec.message());
    const Request nobody;
    const Then then = co_await refuse(std::move(refusal), parser, nobody);
    co_return then;
  }

  Admission admission = admit(parser, from_, service_);
  Request& request = admission.request;
  if (admission.refusal) {
    const Then then = co_await refuse(std::move(*admission.refusal), parser, request);
    co_return then;
  }
  parser.body_limit(admission.route->body_limit);
  const Body body = co_await read_body(parser);
  if (body == Body::gone) co_return Then::close;
  if (body != Body::whole) {
    Response refusal = body == Body::too_large ? too_large("the body is too large")
                                               : bad_request("malformed body");
    const Then then = co_await refuse(std::move(refusal), parser, request);
    co_return then;
  }
  request.body = std::move(parser.get().body());

  if (const auto* source = std::get_if<EventStream>(&admission.route->handler)) {
    co_await stream_events(std::move(request), *source);
    co_return Then::close;
  }
  Response response = answer(request, std::get<Handler>(admission.route->handler));
  const Then then = co_await respond(std::move(response), parser, request);
  co_return then;
}

// Feeds the parser ourselves: given fewer bytes than the end of a chunked body has, Beast 1.81 may
// assert, so it waits until there are as many.
asio::awaitable<Connection::Body> Connection::read_body(Parser& parser) {
  const auto expect = parser.get()[http::field::expect];
  if (!parser.is_done() && boost::beast::iequals(expect, "100-continue") &&
      parser.get().version() == 11 && buffer_.size() == 0) {
    std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    const ErrorCode ec = co_await send(stream_, std::move(go_on), service_.limits.write_timeout);
    if (ec) co_return Body::gone;
  }
  const std::size_t least = parser.chunked() ? 5 : 1;
  stream_.expires_after(service_.limits.body_timeout);
  while (!parser.is_done()) {
    if (buffer_.size() >= least) {
      ErrorCode ec;
      const std::size_t used = parser.put(buffer_.data(), ec);
      buffer_.consume(used);
      if (ec == http::error::body_limit) co_return Body::too_large;
      if (ec && ec != http::error::need_more) co_return Body::malformed;
      if (used > 0) continue;
    }
    if (buffer_.size() == kBuffer) co_return Body::malformed;
    const auto space = buffer_.prepare(std::min(kBuffer - buffer_.size(), std::size_t{4096}));
    const auto [ec, count] = co_await stream_.async_read_some(space, kTuple);
    if (ec) co_return Body::gone;
    buffer_.commit(count);
  }
  co_return Body::whole;
}

// A refused request's body was not read, so the next request cannot be found behind it.
asio::awaitable<Then> Connection::refuse(Response response, const Parser& parser,
                                         const Request& request) {
  const bool bodiless =
      parser.is_header_done() && !parser.chunked() && parser.content_length().value_or(0) == 0;
  if (bodiless) {
    const Then then = co_await respond(std::move(response), parser, request);
    co_return then;
  }
  const unsigned version = parser.is_header_done() ? parser.get().version() : 11;
  std::string text = serialize(response, request, version, Then::close);
  const ErrorCode ec = co_await send(stream_, std::move(text), service_.limits.write_timeout);
  if (!ec) co_await linger(stream_);
  co_return Then::close;
}

asio::awaitable<Then> Connection::respond(Response response, const Parser& parser,
                                          const Request& request) {
  const Then then = parser.get().keep_alive() ? Then::keep_alive : Then::close;
  std::string text = serialize(response, request, parser.get().version(), then);
  const ErrorCode ec = co_await send(stream_, std::move(text), service_.limits.write_timeout);
  co_return ec ? Then::close : then;
}

asio::awaitable<void> Connection::stream_events(Request request, const EventStream& source) {
  const Duration patience = service_.limits.write_timeout;
  if (service_.events.subscribers() >= service_.limits.event_streams) {
    const Response full = error(503, "busy", "too many event streams are open");
    std::string text = serialize(full, request, 11, Then::close);
    co_await send(stream_, std::move(text), patience);
    co_return;
  }
  asio::steady_timer timer(stream_.get_executor());
  // A dropped reader may be the one that our write waits for, so it is cut off at once.
  EventHub::Subscription* self = nullptr;
  const auto wake = [this, &timer, &self] {
    timer.cancel();
    if (self->dropped()) stream_.close();
  };
  EventHub::Subscription subscription(service_.events, wake);
  self = &subscription;

  std::string text =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
      "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
  if (request.method == Verb::head) {
    co_await send(stream_, std::move(text), patience);
    co_return;
  }
  for (const Event& event : source.opening(request)) text += event.text();
  while (!subscription.dropped()) {
    const ErrorCode failed = co_await send(stream_, std::move(text), patience);
    if (failed) co_return;
    text = subscription.take();
    if (!text.empty()) continue;
    timer.expires_after(service_.limits.heartbeat);
    const auto [interrupted] = co_await timer.async_wait(kTuple);
    text = interrupted ? subscription.take() : ": still here\n\n";
  }
}

}  // namespace

asio::awaitable<void> serve(Stream stream, std::string from, Place, Service& service) {
  Connection connection(stream, std::move(from), service);
  co_await connection.run();
}

asio::awaitable<void> turn_away(Stream stream, Place, Service& service) {
  const Response full = error(503, "busy", "too many connections are open");
  const Request nobody;
  std::string text = serialize(full, nobody, 11, Then::close);
  const ErrorCode ec = co_await send(stream, std::move(text), service.limits.write_timeout);
  if (!ec) co_await linger(stream);
}

}  // namespace firedrill::admin
