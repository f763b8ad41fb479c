#pragma once

#include "control/admin/address.h"
#include "control/admin/events.h"
#include "control/admin/http.h"
#include "control/admin/secret.h"
#include "proxy/core/result.h"
#include "proxy/core/time.h"

#include <boost/json/value.hpp>

#include <functional>
#include <optional>
#include <string>

namespace firedrill::admin {

// The blocking client of the admin API that the command line is made of. A server that cannot be
// reached is a problem; an answer that refuses is a reply like any other.
class Client {
 public:
  struct Options {
    std::string address = "127.0.0.1:8474";
    Secret token = {};
    Duration timeout = std::chrono::seconds(30);  // of one whole call
  };
  struct Reply {
    unsigned status = 0;
    std::string text;
    boost::json::value json = nullptr;  // null when the text is no JSON

    bool ok() const { return status >= 200 && status < 300; }
    // What the server says went wrong: its message, and the path if it named one.
    std::string error() const;
  };

  static Result<Client> make(Options options);

  Result<Reply> get(std::string_view target) const;
  Result<Reply> put(std::string_view target, const boost::json::value& body) const;
  Result<Reply> post(std::string_view target, const boost::json::value& body) const;
  Result<Reply> patch(std::string_view target, const boost::json::value& body) const;
  Result<Reply> remove(std::string_view target) const;

  // Follows an event stream until `on_event` says stop or the server ends it. What is received does
  // not count against the timeout; silence beyond it (heartbeats come every 15 s) is a problem.
  enum class Follow { on, stop };
  Result<Reply> follow(std::string_view target,
                       const std::function<Follow(const Event&)>& on_event) const;

 private:
  Client(Address address, Options options)
      : address_(std::move(address)), options_(std::move(options)) {}
  Result<Reply> call(Verb method, std::string_view target, std::string body) const;
  std::string unreachable(const std::string& reason) const;

  Address address_;
  Options options_;
};

// Takes an event stream's text as it comes and gives its events: the client's half of Event::text.
class EventReader {
 public:
  // Nothing when the line completes no event.
  std::optional<Event> line(std::string_view line);

 private:
  Event event_;
};

// The token from `file`, or from the environment's FIREDRILL_TOKEN when `file` is empty; an empty
// one when there is neither.
Result<Secret> client_token(const std::string& file);

}  // namespace firedrill::admin
