#pragma once

#include "control/admin/http.h"
#include "control/store.h"
#include "proxy/core/fields.h"

#include <optional>
#include <string>
#include <utility>

namespace firedrill::admin {

// Who asks for what `request` asks, for the journal. The reason stands in the body, or where that
// is a definition in the query.
Actor actor_of(const Request& request, std::string reason);
Actor actor_of(const Request& request);

Response refuse(const Refusal& refusal);

// What a body says, or the refusal to be answered.
template <class T>
using Parsed = boost::system::result<T, Response>;

// The body as it was sent; 400 when it is no JSON.
Parsed<Value> parse_body(const Request& request);

// The body as the map that Body::params() declares; no body at all is an empty map.
template <class Body>
Parsed<Body> read_body(const Request& request) {
  Value value{Value::Map{}};
  if (!request.body.empty()) {
    auto parsed = parse_body(request);
    if (parsed.has_error()) return parsed.error();
    value = std::move(*parsed);
  }
  Problems problems;
  Fields fields(value, "", problems);
  Body body = Body::params().read(fields);
  fields.finish();
  if (!problems.empty()) return invalid(problems);
  return body;
}

// The body of a call that changes something and needs no more than to say why.
struct Because {
  std::string reason;

  static const Params<Because>& params();
};

// The body of a call that skips an event.
struct SkipBody {
  std::optional<std::string> id;
  std::string reason;

  static const Params<SkipBody>& params();
};

// The body of a call that activates something.
struct EnableBody {
  std::optional<Duration> lifetime;
  std::optional<Duration> lease;
  std::string reason;

  static const Params<EnableBody>& params();
  Activation activation() const { return {.lifetime = lifetime, .lease = lease}; }
};

}  // namespace firedrill::admin
