#include "control/admin/guard.h"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <chrono>

namespace firedrill::admin {
namespace {

bool same_word(std::string_view a, std::string_view b) {
  return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

// The host of "host:port" or "[::1]:port", with its brackets.
std::string_view without_port(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

}  // namespace

bool RateLimit::allow(TimePoint now) {
  if (last_) {
    const std::chrono::duration<double> passed = now - *last_;
    tokens_ = std::min(per_second_, tokens_ + passed.count() * per_second_);
  }
  last_ = now;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

bool mutates(Verb method) {
  return method != Verb::get && method != Verb::head;
}

Guard::Guard(std::vector<std::string> hosts, Tokens tokens)
    : hosts_(std::move(hosts)), tokens_(std::move(tokens)) {
  hosts_.insert(hosts_.end(), {"localhost", "127.0.0.1", "[::1]"});
}

std::optional<Response> Guard::check_origin(const Request& request) const {
  if (request.headers.count("Host") > 1) return bad_request("Host must be given once");
  const std::string_view host = request.header("Host");
  if (!host_allowed(host)) {
    return error(421, "misdirected",
                 "this Host is not served here; admin.hosts lists those that are");
  }
  const std::string_view site = request.header("Sec-Fetch-Site");
  if (!site.empty() && site != "same-origin" && site != "none") {
    return forbidden("requests from other sites are not allowed");
  }
  const bool has_origin = request.headers.count("Origin") > 0;
  const std::string_view origin = request.header("Origin");
  const bool own = same_word(origin, "http://" + std::string(host)) ||
                   same_word(origin, "https://" + std::string(host));
  if (has_origin && !own) return forbidden("requests from other origins are not allowed");
  return std::nullopt;
}

bool Guard::host_allowed(std::string_view host) const {
  return std::ranges::any_of(hosts_, [&](const std::string& allowed) {
    return allowed == "*" || same_word(without_port(host), allowed);
  });
}

std::optional<Caller> Guard::identify(const Request& request) const {
  if (tokens_.empty()) return Caller{};
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view authorization = request.header("Authorization");
  if (!same_word(authorization.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  return tokens_.find(authorization.substr(kScheme.size()));
}

std::optional<Response> Guard::check_role(const Route& route, const std::optional<Caller>& caller) {
  if (permits(caller ? caller->role : Role::anybody, route.role)) return std::nullopt;
  if (!caller) return unauthorized("a bearer token is needed");
  return forbidden("the token's role does not allow this");
}

std::optional<Response> Guard::check_body_type(const Request& request, const Route& route) {
  if (!mutates(request.method) || route.body_type == BodyType::any) return std::nullopt;
  // No page can send DELETE elsewhere without being allowed to first, so that one without a body is
  // safe.
  if (request.method == Verb::delete_ && request.headers.count("Content-Type") == 0)
    return std::nullopt;
  const bool json = request.headers.count("Content-Type") == 1 &&
                    same_word(request.header("Content-Type"), "application/json");
  if (json) return std::nullopt;
  return error(415, "unsupported_media_type", "Content-Type must be exactly application/json");
}

}  // namespace firedrill::admin
