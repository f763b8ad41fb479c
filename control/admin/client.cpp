#include "control/admin/client.h"

#include "control/admin/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <fstream>

// At -O1 g++ 12 inlines only one half of Asio's pair of frame allocation functions, and then warns
// that the halves do not match.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace firedrill::admin {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::beast::flat_buffer;
using ErrorCode = boost::system::error_code;
using Protocol = asio::generic::stream_protocol;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kLargestReply = 64_MiB;

std::vector<Protocol::endpoint> endpoints(const Address& address, ErrorCode& ec) {
  if (address.is_unix()) return {asio::local::stream_protocol::endpoint(address.path)};
  asio::io_context context;
  asio::ip::tcp::resolver resolver(context);
  std::vector<Protocol::endpoint> found;
  for (const auto& entry : resolver.resolve(address.host, std::to_string(address.port), ec)) {
    found.emplace_back(entry.endpoint());
  }
  return found;
}

// One call, as a coroutine on an io_context of its own: that is how a blocking call gets a timeout.
struct Call {
  Address address;
  std::string request;
  Duration timeout;
  std::function<Client::Follow(const Event&)> on_event = {};  // for event streams

  ErrorCode failure = {};
  bool connected = false;
  Client::Reply reply = {};

  asio::awaitable<void> run(Stream& stream);
  asio::awaitable<void> connect(Stream& stream);
  asio::awaitable<void> follow(Stream& stream, flat_buffer& buffer);
};

asio::awaitable<void> Call::connect(Stream& stream) {
  const auto candidates = endpoints(address, failure);
  for (const auto& endpoint : candidates) {
    ErrorCode ignored;
    stream.socket().close(ignored);  // it is of the family of the address before
    const auto [ec] = co_await stream.async_connect(endpoint, kTuple);
    failure = ec;
    if (!ec) break;
  }
}

asio::awaitable<void> Call::run(Stream& stream) {
  stream.expires_after(timeout);
  co_await connect(stream);
  if (failure) co_return;
  connected = true;
  const auto bytes = asio::buffer(request);
  // A server that refuses may answer before it has read everything, so a failure here says little.
  co_await asio::async_write(stream, bytes, kTuple);
  flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kLargestReply);
  const auto [head_failure, head] =
      co_await http::async_read_header(stream, buffer, parser, kTuple);
  failure = head_failure;
  if (failure) co_return;
  reply.status = parser.get().result_int();
  if (parser.get()[http::field::content_type] == "text/event-stream" && on_event) {
    co_await follow(stream, buffer);
    co_return;
  }
  const auto [body_failure, body] = co_await http::async_read(stream, buffer, parser, kTuple);
  failure = body_failure;
  reply.text = std::move(parser.get().body());
}

asio::awaitable<void> Call::follow(Stream& stream, flat_buffer& buffer) {
  EventReader reader;
  std::string pending = boost::beast::buffers_to_string(buffer.data());
  while (true) {
    std::size_t end = 0;
    while ((end = pending.find('\n')) != std::string::npos) {
      const auto event = reader.line(std::string_view(pending).substr(0, end));
      pending.erase(0, end + 1);
      if (event && on_event(*event) == Client::Follow::stop) co_return;
    }
    buffer.clear();
    const auto space = buffer.prepare(4096);
    stream.expires_after(timeout);
    const auto [ec, count] = co_await stream.async_read_some(space, kTuple);
    if (ec == asio::error::eof) co_return;
    failure = ec;
    if (ec) co_return;
    pending.append(static_cast<const char*>(space.data()), count);
  }
}

void perform(Call& call) {
  asio::io_context context(1);
  Stream stream(context);
  std::exception_ptr thrown;
  const auto done = [&thrown](std::exception_ptr exception) { thrown = exception; };
  asio::co_spawn(context, call.run(stream), done);
  context.run();
  if (thrown) std::rethrow_exception(thrown);
}

std::string request_text(Verb method, std::string_view target, const Client::Options& options,
                         const std::string& body) {
  const auto name = http::to_string(method);
  std::string text = std::string(name.data(), name.size()) + ' ' + std::string(target) +
                     " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
  if (!options.token.empty()) text += "Authorization: Bearer " + options.token.reveal() + "\r\n";
  if (mutates(method)) {
    text +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  return text + "\r\n" + body;
}

}  // namespace

std::string Client::Reply::error() const {
  const auto* object = json.if_object();
  const auto* error = object == nullptr ? nullptr : object->if_contains("error");
  const auto* fields = error == nullptr ? nullptr : error->if_object();
  const auto text_of = [&](std::string_view key) -> std::string {
    const auto* found = fields == nullptr ? nullptr : fields->if_contains(key);
    const auto* string = found == nullptr ? nullptr : found->if_string();
    return string == nullptr ? "" : std::string(*string);
  };
  const std::string message = text_of("message");
  if (message.empty()) return "the server answered " + std::to_string(status);
  const std::string path = text_of("path");
  return path.empty() ? message : path + ": " + message;
}

Result<Client> Client::make(Options options) {
  auto address = parse_address(options.address);
  if (!address) return Problems{{"--admin", address.error().front().what}};
  return Client(std::move(*address), std::move(options));
}

Result<Client::Reply> Client::get(std::string_view target) const {
  return call(Verb::get, target, {});
}
Result<Client::Reply> Client::put(std::string_view target, const boost::json::value& body) const {
  return call(Verb::put, target, boost::json::serialize(body));
}
Result<Client::Reply> Client::post(std::string_view target, const boost::json::value& body) const {
  return call(Verb::post, target, boost::json::serialize(body));
}
Result<Client::Reply> Client::patch(std::string_view target, const boost::json::value& body) const {
  return call(Verb::patch, target, boost::json::serialize(body));
}
Result<Client::Reply> Client::remove(std::string_view target) const {
  return call(Verb::delete_, target, {});
}

Result<Client::Reply> Client::call(Verb method, std::string_view target, std::string body) const {
  Call call{.address = address_,
            .request = request_text(method, target, options_, body),
            .timeout = options_.timeout};
  perform(call);
  if (!call.connected) return Problems{{"", unreachable(call.failure.message())}};
  if (call.failure) {
    return Problems{
        {"", "the admin API at " + address_.text() + " did not answer: " + call.failure.message()}};
  }
  ErrorCode ec;
  call.reply.json = boost::json::parse(call.reply.text, ec);
  if (ec) call.reply.json = nullptr;
  return std::move(call.reply);
}

Result<Client::Reply> Client::follow(std::string_view target,
                                     const std::function<Follow(const Event&)>& on_event) const {
  Call call{.address = address_,
            .request = request_text(Verb::get, target, options_, {}),
            .timeout = options_.timeout,
            .on_event = on_event};
  perform(call);
  if (!call.connected) return Problems{{"", unreachable(call.failure.message())}};
  if (call.failure) {
    return Problems{{"", "the event stream broke off: " + call.failure.message()}};
  }
  ErrorCode ec;
  call.reply.json = boost::json::parse(call.reply.text, ec);
  if (ec) call.reply.json = nullptr;
  return std::move(call.reply);
}

std::string Client::unreachable(const std::string& reason) const {
  std::string text = "cannot reach the admin API at " + address_.text() + ": ";
  for (const char c : reason) text += text.ends_with(": ") ? static_cast<char>(std::tolower(c)) : c;
  return text + "; is `firedrill serve` running?";
}

std::optional<Event> EventReader::line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) {
    Event event = std::exchange(event_, {});
    if (event.data.empty()) return std::nullopt;
    return event;
  }
  const std::size_t colon = std::min(line.find(':'), line.size());
  const std::string_view field = line.substr(0, colon);
  std::string_view value = line.substr(std::min(colon + 1, line.size()));
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "event") event_.name = value;
  if (field == "data") event_.data += (event_.data.empty() ? "" : "\n") + std::string(value);
  return std::nullopt;
}

Result<Secret> client_token(const std::string& file) {
  if (file.empty()) {
    const char* const text = std::getenv("FIREDRILL_TOKEN");
    return Secret(text == nullptr ? "" : text);
  }
  std::ifstream stream(file);
  std::string line;
  if (!std::getline(stream, line)) return Problems{{"--token-file", "cannot read " + file}};
  if (line.ends_with('\r')) line.pop_back();
  return Secret(std::move(line));
}

}  // namespace firedrill::admin
