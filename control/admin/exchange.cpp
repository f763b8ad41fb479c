#include "control/admin/exchange.h"

#include "control/log.h"

#include <boost/beast/http/status.hpp>

namespace firedrill::admin {
namespace {

Request describe(const Parser& parser, std::string from) {
  const auto& head = parser.get();
  Request request{.method = head.method(), .headers = head.base(), .from = std::move(from)};
  const std::string_view target(head.target().data(), head.target().size());
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, mark);
  if (mark < target.size()) request.query = parse_query(target.substr(mark + 1));
  return request;
}

// Every check in turn; the first refusal decides. Sets the request's caller and parameters.
std::optional<Response> refusal(Admission& admission, const Parser& parser, Service& service) {
  Request& request = admission.request;
  const bool without_host = parser.get().version() < 11 && request.headers.count("Host") == 0;
  if (!without_host) {  // no browser speaks HTTP/1.0, so nothing is rebound there
    if (auto refused = service.guard.check_origin(request)) return refused;
  }
  const auto caller = service.guard.identify(request);
  request.caller = caller.value_or(Caller{.name = "anonymous", .role = Role::anybody});
  Router::Found found = service.router.find(request.method, request.path, request.caller.role);
  request.params = std::move(found.params);
  if (found.route == nullptr) return service.router.refuse(request, found);
  if (auto refused = Guard::check_role(*found.route, caller)) {
    if (service.on_denied) service.on_denied(request);
    const bool hidden = found.route->denial == Denial::hidden;
    return hidden ? service.router.refuse(request, {}) : std::move(*refused);
  }
  if (auto refused = Guard::check_body_type(request, *found.route)) return refused;
  if (parser.content_length().value_or(0) > found.route->body_limit) {
    return too_large("the body may have " + std::to_string(found.route->body_limit) + " bytes");
  }
  // The way out is always open.
  const bool limited = mutates(request.method) && found.route->role != Role::halters;
  if (limited && !service.mutations.allow(Clock::now())) {
    Response refused = error(429, "too_many_requests", "too many changes in this second");
    refused.headers.emplace_back("Retry-After", "1");
    return refused;
  }
  admission.route = found.route;
  return std::nullopt;
}

}  // namespace

Admission admit(const Parser& parser, std::string from, Service& service) {
  Admission admission{.request = describe(parser, std::move(from))};
  admission.refusal = refusal(admission, parser, service);
  return admission;
}

Response answer(const Request& request, const Handler& handler) {
  try {
    return handler(request);
  } catch (const std::exception& problem) {
    log::error("an admin request failed", {{"path", request.path}, {"error", problem.what()}});
    return error(500, "internal", "the request failed; the log says why");
  }
}

std::string serialize(const Response& response, const Request& request, unsigned version,
                      Then then) {
  const auto reason =
      boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(response.status));
  const bool has_body = response.status != 204 && response.status != 304;
  std::string text = version < 11 ? "HTTP/1.0 " : "HTTP/1.1 ";
  text += std::to_string(response.status) + ' ' + std::string(reason.data(), reason.size());
  if (has_body && !response.content_type.empty()) {
    text += "\r\nContent-Type: " + response.content_type;
  }
  text += "\r\nX-Content-Type-Options: nosniff";
  for (const auto& [name, value] : response.headers) text += "\r\n" + name + ": " + value;
  if (has_body) text += "\r\nContent-Length: " + std::to_string(response.body.size());
  if (then == Then::close) text += "\r\nConnection: close";
  if (then == Then::keep_alive && version < 11) text += "\r\nConnection: keep-alive";
  text += "\r\n\r\n";
  if (has_body && request.method != Verb::head) text += response.body;
  return text;
}

}  // namespace firedrill::admin
