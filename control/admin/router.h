#pragma once

#include "control/admin/events.h"
#include "control/admin/http.h"

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill::admin {

// Answers on the admin thread, and may take the few milliseconds in which the workers acknowledge.
using Handler = std::function<Response(const Request&)>;

// Turns the request into an event stream: what it gives comes first, then what is published.
struct EventStream {
  std::function<std::vector<Event>(const Request&)> opening;
};

// What a mutation's body must be. The routes under /v1 demand JSON by name, because a browser
// cannot send that to another origin unasked.
enum class BodyType { json, any };

// How a caller without the route's role is refused. Hidden routes seem not to exist.
enum class Denial { forbidden, hidden };

struct Route {
  Verb method;
  std::string pattern;  // "/v1/faults/{name}/enable": a {segment} matches one whole segment
  std::variant<Handler, EventStream> handler;
  Role role = Role::operators;
  BodyType body_type = BodyType::json;
  std::size_t body_limit = 256_KiB;
  Denial denial = Denial::forbidden;
};

// The table of all routes.
class Router {
 public:
  // May replace the refusal of a request that no route takes (404, or 405 with Allow).
  using Fallback = std::function<Response(const Request&, Response refusal)>;

  void add(Route route) { routes_.push_back(std::move(route)); }
  void set_fallback(Fallback fallback) { fallback_ = std::move(fallback); }

  struct Found {
    const Route* route = nullptr;
    Parameters params = {};
    // The methods that the path does have, as Allow lists them, but for those hidden from the
    // caller.
    std::string allowed = {};
  };
  // A route for GET answers HEAD too. Of several routes that match, the first was added first.
  Found find(Verb method, std::string_view path, Role caller) const;

  Response refuse(const Request& request, const Found& found) const;

  // "GET /v1/faults/{name}" of each route, in the order of the table.
  std::vector<std::string> describe() const;

 private:
  std::vector<Route> routes_;
  Fallback fallback_;
};

}  // namespace firedrill::admin
