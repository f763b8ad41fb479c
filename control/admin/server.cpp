#include "control/admin/server.h"

#include "control/admin/connection.h"
#include "control/log.h"
#include "control/prompt_turns.h"
#include "proxy/session/socket_address.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

// At -O1 g++ 12 inlines only one half of Asio's pair of frame allocation functions, and then warns
// that the halves do not match.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace firedrill::admin {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using Protocol = asio::generic::stream_protocol;
using Acceptor = asio::basic_socket_acceptor<Protocol>;
using Unix = asio::local::stream_protocol;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

std::string describe(const Protocol::endpoint& peer) {
  if (peer.protocol().family() == AF_UNIX) return "unix";
  tcp::endpoint endpoint;
  if (peer.size() > endpoint.capacity()) return "unknown";
  std::memcpy(endpoint.data(), peer.data(), peer.size());
  return endpoint.address().to_string();
}

asio::awaitable<void> accept(Acceptor acceptor, Service& service) {
  asio::steady_timer pause(acceptor.get_executor());
  log::Throttle throttle(std::chrono::seconds(10));
  while (true) {
    Protocol::endpoint peer;
    auto [ec, socket] = co_await acceptor.async_accept(peer, kTuple);
    if (ec == asio::error::operation_aborted) co_return;
    if (ec) {
      // Out of descriptors, most likely: trying again at once would only burn the processor.
      const auto decision = throttle.ask(Clock::now());
      if (decision.log) {
        log::warning("the admin API cannot accept",
                     {{"error", ec.message()}, {"suppressed", decision.suppressed}});
      }
      pause.expires_after(std::chrono::milliseconds(50));
      co_await pause.async_wait(kTuple);
      continue;
    }
    const auto executor = acceptor.get_executor();
    Stream stream(std::move(socket));
    if (service.connections < service.limits.connections) {
      Place place(service.connections);
      auto session = serve(std::move(stream), describe(peer), std::move(place), service);
      asio::co_spawn(executor, std::move(session), asio::detached);
    } else if (service.turned_away < service.limits.connections) {
      Place place(service.turned_away);
      auto session = turn_away(std::move(stream), std::move(place), service);
      asio::co_spawn(executor, std::move(session), asio::detached);
    }
  }
}

// The names under which this address is called.
std::vector<std::string> host_names(const Options& options, const Address& address) {
  std::vector<std::string> hosts = options.hosts;
  if (address.is_unix()) return hosts;
  const bool v6 = address.host.find(':') != std::string::npos;
  hosts.push_back(v6 ? '[' + address.host + ']' : address.host);
  return hosts;
}

// A socket file that nobody answers was left behind by a process that crashed.
Result<> make_room(const Address& address) {
  struct stat status {};
  if (::lstat(address.path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode)) {
    return Problems{{"admin.listen", address.path + " exists and is not a socket"}};
  }
  const auto unix_socket = literal({.host = {}, .port = 0, .unix_path = address.path});
  if (!is_abandoned(*unix_socket))
    return Problems{{"admin.listen", "another process listens on " + address.path}};
  ::unlink(address.path.c_str());
  return {};
}

Result<tcp::endpoint> resolve(const Address& address) {
  asio::io_context context;
  tcp::resolver resolver(context);
  ErrorCode ec;
  const auto found =
      resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::passive, ec);
  if (ec || found.empty()) {
    return Problems{{"admin.listen", "cannot resolve " + address.host + ": " + ec.message()}};
  }
  return found.begin()->endpoint();
}

void open(Acceptor& acceptor, const Protocol::endpoint& endpoint, ErrorCode& ec) {
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
}

// A listener at `address`, whose port becomes the one that was picked.
Result<> bind_to(Acceptor& acceptor, Address& address) {
  Protocol::endpoint endpoint;
  if (address.is_unix()) {
    if (auto room = make_room(address); !room) return room;
    endpoint = Unix::endpoint(address.path);
  } else {
    const auto resolved = resolve(address);
    if (!resolved) return resolved.error();
    endpoint = *resolved;
  }
  ErrorCode ec;
  // The file must never be open to others, not even before its mode is set.
  const mode_t mask = ::umask(0117);
  open(acceptor, endpoint, ec);
  ::umask(mask);
  if (ec) {
    return Problems{{"admin.listen", "cannot listen on " + address.text() + ": " + ec.message()}};
  }
  if (!address.is_unix()) {
    tcp::endpoint bound;
    const auto local = acceptor.local_endpoint();
    std::memcpy(bound.data(), local.data(), local.size());
    address.port = bound.port();
  }
  return {};
}

// Listens on what another process has bound.
Result<> adopt(Acceptor& acceptor, const Address& address, Fd inherited) {
  const int family = local_of(inherited.get()).family();
  ErrorCode ec;
  acceptor.assign(Protocol(family, 0), inherited.get(), ec);
  if (!ec) {
    [[maybe_unused]] const int owned = inherited.release();
    acceptor.listen(asio::socket_base::max_listen_connections, ec);
  }
  if (!ec) return {};
  return Problems{{"admin.listen", "cannot take over " + address.text() + ": " + ec.message()}};
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(Router router, Options options, Fd inherited) {
  auto address = parse_address(options.listen);
  if (!address) return Problems{{"admin.listen", address.error().front().what}};
  if (!address->is_local() && options.remote == Remote::refused) {
    return Problems{
        {"admin.listen", "other machines could reach " + address->text() +
                             " in plain text; listen on loopback or a Unix socket, or set "
                             "insecure_remote: true"}};
  }
  std::unique_ptr<Server> server(
      new Server(std::move(router), std::move(options), std::move(*address)));
  if (auto listening = server->listen(std::move(inherited)); !listening) return listening.error();
  server->thread_ = std::thread([&context = server->context_] {
    ask_for_prompt_turns();
    context.run();
  });
  return server;
}

Server::Server(Router router, Options options, Address address)
    : address_(std::move(address)),
      service_(std::move(router), options, host_names(options, address_)) {}

Server::~Server() {
  context_.stop();
  if (!thread_.joinable()) return;
  thread_.join();
  if (owns_socket_file_) ::unlink(address_.path.c_str());
}

Result<> Server::listen(Fd inherited) {
  Acceptor acceptor(context_);
  owns_socket_file_ = address_.is_unix() && !inherited;
  auto opened =
      inherited ? adopt(acceptor, address_, std::move(inherited)) : bind_to(acceptor, address_);
  if (!opened) return opened;
  auto accepting = accept(std::move(acceptor), service_);
  asio::co_spawn(context_, std::move(accepting), asio::detached);
  return {};
}

void Server::post(std::function<void()> work) {
  asio::post(context_, std::move(work));
}

void Server::publish(Event event) {
  post([this, event = std::move(event)] { service_.events.publish(event); });
}

}  // namespace firedrill::admin
