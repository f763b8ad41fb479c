#include "control/admin/http.h"

#include <boost/assert.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>

namespace firedrill::admin {
namespace {

std::string_view find(const Parameters& parameters, std::string_view name) {
  const auto found = std::ranges::find(parameters, name, &Parameters::value_type::first);
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

std::string_view Request::param(std::string_view name) const {
  return find(params, name);
}

std::string_view Request::query_value(std::string_view name) const {
  return find(query, name);
}

std::string_view Request::header(std::string_view name) const {
  const auto found = headers.find({name.data(), name.size()});
  if (found == headers.end()) return {};
  return {found->value().data(), found->value().size()};
}

Response Response::json(const boost::json::value& value, unsigned status) {
  return {.status = status, .body = boost::json::serialize(value) + '\n'};
}

Response error(unsigned status, std::string_view code, std::string_view message) {
  boost::json::object error{{"code", code}, {"message", message}};
  return Response::json(boost::json::object{{"error", std::move(error)}}, status);
}

Response bad_request(std::string_view message) {
  return error(400, "bad_request", message);
}
Response unauthorized(std::string_view message) {
  Response response = error(401, "unauthorized", message);
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}
Response forbidden(std::string_view message) {
  return error(403, "forbidden", message);
}
Response not_found(std::string_view message) {
  return error(404, "not_found", message);
}
Response conflict(std::string_view message) {
  return error(409, "conflict", message);
}
Response too_large(std::string_view message) {
  return error(413, "too_large", message);
}

Response invalid(const Problems& problems) {
  BOOST_ASSERT(!problems.empty());
  boost::json::array all;
  for (const Problem& problem : problems) {
    boost::json::object one{{"path", json_pointer(problem.path)}, {"message", problem.what}};
    if (problem.at.line != 0) {
      one["line"] = problem.at.line;
      one["column"] = problem.at.column;
    }
    all.push_back(std::move(one));
  }
  boost::json::object error{{"code", "invalid"},
                            {"message", problems.front().what},
                            {"path", json_pointer(problems.front().path)},
                            {"problems", std::move(all)}};
  return Response::json(boost::json::object{{"error", std::move(error)}}, 422);
}

std::string json_pointer(std::string_view path) {
  std::string pointer;
  if (!path.empty() && path.front() != '[') pointer += '/';
  for (const char c : path) {
    if (c == '.' || c == '[') {
      pointer += '/';
    } else if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else if (c != ']') {
      pointer += c;
    }
  }
  return pointer;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const std::string_view digits = text.substr(i + 1, 2);
    unsigned char byte = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (ec != std::errc() || digits.size() != 2 || end != digits.data() + 2) {
      return Problems{{"", "has a malformed %-escape"}};
    }
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return decoded;
}

Parameters parse_query(std::string_view query) {
  Parameters parameters;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = percent_decode(pair.substr(0, equals));
    auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())));
    if (name && value && !name->empty()) {
      parameters.emplace_back(std::move(*name), std::move(*value));
    }
  }
  return parameters;
}

}  // namespace firedrill::admin
