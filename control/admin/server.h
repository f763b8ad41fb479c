#pragma once

#include "control/admin/address.h"
#include "control/admin/service.h"
#include "proxy/core/result.h"
#include "proxy/session/fd.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace firedrill::admin {

// The admin API's HTTP server, on a thread of its own so that no traffic can starve it and it can
// starve no traffic. Handlers run on that thread, one at a time: what they share needs no lock, and
// whoever else must touch it posts.
class Server {
 public:
  // Listens, and serves until destroyed. Refuses to be reachable from other machines unless
  // `options.remote` says so.
  // A socket that is `inherited` listens at that address already.
  static Result<std::unique_ptr<Server>> start(Router router, Options options, Fd inherited = {});

  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Where it listens, with the port that was picked when 0 was asked for.
  std::string address() const { return address_.text(); }

  // Runs `work` on the admin thread, soon. Safe from any thread.
  void post(std::function<void()> work);

  // Sends an event to all event streams. Safe from any thread.
  void publish(Event event);

  // How many event streams are open. For the admin thread only.
  std::size_t followers() const { return service_.events.subscribers(); }

  // From the next request on. For the admin thread only.
  void replace_tokens(Tokens tokens) { service_.guard.replace_tokens(std::move(tokens)); }

  // For timers whose handlers are to run on the admin thread.
  boost::asio::io_context& context() { return context_; }

 private:
  Server(Router router, Options options, Address address);
  Result<> listen(Fd inherited);

  Address address_;
  bool owns_socket_file_ = false;
  Service service_;
  // After what its coroutines refer to, so that they are destroyed first.
  boost::asio::io_context context_{1};
  std::thread thread_;
};

}  // namespace firedrill::admin
