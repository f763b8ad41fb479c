#pragma once

#include "control/admin/api.h"
#include "control/admin/client.h"
#include "control/admin/routes.h"
#include "control/admin/server.h"
#include "control/config/config.h"
#include "control/config/yaml.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <utility>

namespace firedrill::admin {

// Sends one text to "host:port" and gives all that comes back until the other side closes.
inline std::string converse(const std::string& address, std::string_view text) {
  namespace asio = boost::asio;
  asio::io_context context;
  asio::ip::tcp::socket socket(context);
  const auto target = parse_address(address).value();
  socket.connect({asio::ip::make_address(target.host), target.port});
  boost::system::error_code ignored;  // whoever refuses may close before having read all
  asio::write(socket, asio::buffer(text), ignored);
  std::string reply;
  asio::read(socket, asio::dynamic_buffer(reply), ignored);
  return reply;
}

// The whole control layer on ports of its own: real workers, a real store, the real server.
class RunningApi {
 public:
  explicit RunningApi(const std::string& yaml, Options options = {})
      : store_(Store::open(read_config(parse_yaml(yaml).value()).value(), workers_,
                           Journal::open("").value())
                   .value()) {
    options.listen = "127.0.0.1:0";
    options.limits.mutations_per_second = 1e6;
    Router router;
    add_routes(router, {.store = *store_,
                        .reload = [this](const Actor& actor) { return reload(actor); },
                        .ready = [this] { return ready.load(); }});
    described = router.describe();
    server_ = Server::start(std::move(router), std::move(options)).value();
    on_admin_thread([this] { publish_changes(*store_, *server_); });
  }

  std::string address() const { return server_->address(); }
  Client client(std::string token = {}) const {
    return Client::make({.address = address(), .token = Secret(std::move(token))}).value();
  }

  // The reply's JSON, whatever its status.
  boost::json::value get(std::string_view path) const { return client().get(path).value().json; }
  std::string text(std::string_view path) const { return client().get(path).value().text; }

  // The same for a body that need not be JSON; gives the whole reply.
  std::string send(std::string_view request_line, std::string_view body) const {
    return converse(address(), std::string(request_line) +
                                   " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                   "Content-Type: application/json\r\nContent-Length: " +
                                   std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
  }

  // The code with which the proxy called `name` answers a request.
  std::string code_from(std::string_view name) const {
    const auto proxy = get("/v1/proxies/" + std::string(name));
    const std::string reply =
        converse(std::string(proxy.at("listen").as_string()),
                 "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    return reply.substr(std::min(reply.size(), std::size_t{9}), 3);
  }

  void on_admin_thread(const std::function<void()>& work) {
    std::promise<void> done;
    server_->post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  std::atomic<bool> ready{true};
  Problems reload_problems = {};   // what the next reload finds wrong
  std::string reload_reason = {};  // with which the latest one was asked for
  std::vector<std::string> described = {};

 private:
  Change<std::vector<std::string>> reload(const Actor& actor) {
    reload_reason = actor.reason;
    if (reload_problems.empty()) return std::vector<std::string>{};
    return Refusal{Refusal::Kind::invalid, reload_problems};
  }

  WorkerPool workers_{2};
  std::unique_ptr<Store> store_;
  std::unique_ptr<Server> server_;
};

}  // namespace firedrill::admin
