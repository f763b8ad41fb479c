#pragma once

#include "control/admin/http.h"
#include "control/admin/router.h"
#include "control/admin/tokens.h"
#include "proxy/core/time.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::admin {

// How many of something may happen a second; a second's worth may come at once.
class RateLimit {
 public:
  explicit RateLimit(double per_second) : per_second_(per_second), tokens_(per_second) {}
  bool allow(TimePoint now);

 private:
  double per_second_;
  double tokens_;
  std::optional<TimePoint> last_;
};

// Decides from a request's head alone whether it may go on: a page that somebody's browser shows
// must not reach us by rebinding a name, by a form or by a script, and a caller needs its token.
class Guard {
 public:
  // `hosts` are the names under which the API may be called, besides those of the local machine;
  // "*" is any name.
  Guard(std::vector<std::string> hosts, Tokens tokens);

  void replace_tokens(Tokens tokens) { tokens_ = std::move(tokens); }

  // Host, Origin and Sec-Fetch-Site; the refusal, if there is one.
  std::optional<Response> check_origin(const Request& request) const;

  // Who is calling; nothing when the token is missing or unknown.
  std::optional<Caller> identify(const Request& request) const;

  // Whether an identified caller may use the route; the refusal of one that is not hidden, if not.
  static std::optional<Response> check_role(const Route& route,
                                            const std::optional<Caller>& caller);

  // The Content-Type of a mutation.
  static std::optional<Response> check_body_type(const Request& request, const Route& route);

 private:
  bool host_allowed(std::string_view host) const;

  std::vector<std::string> hosts_;
  Tokens tokens_;
};

bool mutates(Verb method);

}  // namespace firedrill::admin
