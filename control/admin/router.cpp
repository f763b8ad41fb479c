#include "control/admin/router.h"

#include "control/admin/tokens.h"

#include <boost/beast/http/verb.hpp>

#include <optional>

namespace firedrill::admin {
namespace {

std::string_view name_of(Verb method) {
  const auto name = boost::beast::http::to_string(method);
  return {name.data(), name.size()};
}

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = path.find('/', begin);
    parts.push_back(path.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

std::optional<Parameters> match(std::string_view pattern, std::string_view path) {
  const auto wanted = segments(pattern);
  const auto given = segments(path);
  if (wanted.size() != given.size()) return std::nullopt;
  Parameters params;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    auto decoded = percent_decode(given[i]);
    if (!decoded) return std::nullopt;
    if (wanted[i].starts_with('{')) {
      if (decoded->empty()) return std::nullopt;
      params.emplace_back(wanted[i].substr(1, wanted[i].size() - 2), std::move(*decoded));
    } else if (wanted[i] != *decoded) {
      return std::nullopt;
    }
  }
  return params;
}

void append_method(std::string& list, std::string_view method) {
  if (!list.empty()) list += ", ";
  list += method;
}

}  // namespace

Router::Found Router::find(Verb method, std::string_view path, Role caller) const {
  const Verb asked = method == Verb::head ? Verb::get : method;
  Found found;
  for (const Route& route : routes_) {
    auto params = match(route.pattern, path);
    if (!params) continue;
    if (route.method == asked) return {.route = &route, .params = std::move(*params)};
    if (route.denial == Denial::hidden && !permits(caller, route.role)) continue;
    append_method(found.allowed, name_of(route.method));
    if (route.method == Verb::get) append_method(found.allowed, "HEAD");
  }
  return found;
}

Response Router::refuse(const Request& request, const Found& found) const {
  Response refusal = not_found("no such path");
  if (!found.allowed.empty()) {
    refusal = error(405, "method_not_allowed", "the path takes " + found.allowed);
    refusal.headers.emplace_back("Allow", found.allowed);
  }
  return fallback_ ? fallback_(request, std::move(refusal)) : refusal;
}

std::vector<std::string> Router::describe() const {
  std::vector<std::string> lines;
  for (const Route& route : routes_) {
    lines.push_back(std::string(name_of(route.method)) + ' ' + route.pattern);
  }
  return lines;
}

}  // namespace firedrill::admin
