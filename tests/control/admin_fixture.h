#pragma once

#include "control/admin/server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

// A small admin API and a client that sends it raw bytes, for the tests of the server.
namespace firedrill::admin {

namespace asio = boost::asio;
using asio::ip::tcp;

// A raw connection. Every wait is bounded by the server's own timeouts or by the test's.
class Raw {
 public:
  explicit Raw(const Server& server) {
    const auto address = parse_address(server.address()).value();
    socket_.connect({asio::ip::make_address(address.host), address.port});
  }

  Raw& send(std::string_view text) {
    boost::system::error_code ignored;  // a server that refuses may close before it has read all
    asio::write(socket_, asio::buffer(text), ignored);
    return *this;
  }
  // All until the server closes.
  std::string rest() {
    std::string text;
    boost::system::error_code ignored;
    asio::read(socket_, asio::dynamic_buffer(text), ignored);
    return text;
  }
  std::string until(std::string_view mark) {
    boost::system::error_code ec;
    while (!ec && read_.find(mark) == std::string::npos) {
      char bytes[4096];
      const auto count = socket_.read_some(asio::buffer(bytes), ec);
      read_.append(bytes, count);
    }
    const std::size_t found = read_.find(mark);
    if (found == std::string::npos) return std::exchange(read_, {});
    const std::string text = read_.substr(0, found + mark.size());
    read_.erase(0, text.size());
    return text;
  }

 private:
  asio::io_context context_;
  tcp::socket socket_{context_};
  std::string read_;
};

inline Response echo(const Request& request) {
  return Response::json({{"name", request.param("name")},
                         {"body", request.body},
                         {"who", request.caller.name},
                         {"q", request.query_value("q")},
                         {"from", request.from}});
}

inline Router routes() {
  Router router;
  router.add({.method = Verb::get, .pattern = "/open", .handler = echo, .role = Role::anybody});
  router.add(
      {.method = Verb::get, .pattern = "/v1/faults", .handler = echo, .role = Role::viewers});
  router.add({.method = Verb::put, .pattern = "/v1/faults/{name}", .handler = echo});
  router.add({.method = Verb::post, .pattern = "/v1/halt", .handler = echo, .role = Role::halters});
  router.add(
      {.method = Verb::get, .pattern = "/v1/secret", .handler = echo, .denial = Denial::hidden});
  router.add({.method = Verb::post,
              .pattern = "/populate",
              .handler = echo,
              .body_type = BodyType::any,
              .body_limit = 4_MiB});
  router.add({.method = Verb::get,
              .pattern = "/v1/events",
              .handler = EventStream{[](const Request&) {
                return std::vector<Event>{{.name = "hello", .data = "{}"}};
              }}});
  router.add({.method = Verb::get, .pattern = "/throws", .handler = [](const Request&) -> Response {
                throw std::runtime_error("oops");
              }});
  return router;
}

inline std::unique_ptr<Server> start(Options options = {}) {
  options.listen = "127.0.0.1:0";
  return Server::start(routes(), std::move(options)).value();
}

inline std::string ask(const Server& server, std::string_view text) {
  return Raw(server).send(text).rest();
}

inline std::string put(std::string_view headers, std::string_view body = "{}") {
  return "PUT /v1/faults/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

inline constexpr std::string_view kJson = "Content-Type: application/json\r\n";

inline std::string get(std::string_view path, std::string_view headers = "Host: localhost\r\n") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nConnection: close\r\n" + std::string(headers) +
         "\r\n";
}

}  // namespace firedrill::admin
