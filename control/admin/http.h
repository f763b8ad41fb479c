#pragma once

#include "proxy/core/bytes.h"
#include "proxy/core/result.h"

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::admin {

using Verb = boost::beast::http::verb;
using Parameters = std::vector<std::pair<std::string, std::string>>;

// Who may call. A route names the role that it needs; a token holds one. Operators may do all;
// the triage team may look at its own page and halt; a halter may halt only.
enum class Role { anybody, viewers, triage, halters, operators };

struct Caller {
  std::string name = "local";  // the token's name, for the journal
  Role role = Role::operators;
};

// A request that the server has let through: its head was checked, its caller is known and has the
// route's role, and its body is whole.
struct Request {
  Verb method = Verb::get;
  std::string path = {};   // as it was sent, without the query
  Parameters params = {};  // the pattern's {names}, percent-decoded
  Parameters query = {};   // percent-decoded
  boost::beast::http::fields headers = {};
  std::string body = {};
  Caller caller = {};
  std::string from = {};  // the peer's address, or "unix"

  // "" when there is none of that name.
  std::string_view param(std::string_view name) const;
  std::string_view query_value(std::string_view name) const;
  std::string_view header(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  std::string body = {};
  std::string content_type = "application/json";
  Parameters headers = {};  // besides Content-Type, Content-Length and Connection

  static Response json(const boost::json::value& value, unsigned status = 200);
  static Response no_content() { return {.status = 204, .content_type = {}}; }
};

// Refusals: {"error": {"code": "not_found", "message": "...", "path": "/with/code"}}.
Response error(unsigned status, std::string_view code, std::string_view message);
Response bad_request(std::string_view message);
Response unauthorized(std::string_view message);
Response forbidden(std::string_view message);
Response not_found(std::string_view message);
Response conflict(std::string_view message);
Response too_large(std::string_view message);
// 422 with the first problem as the error and all of them under "problems", with their paths as
// JSON Pointers. Requires at least one.
Response invalid(const Problems& problems);

// "faults[2].with.code" as "/faults/2/with/code".
std::string json_pointer(std::string_view path);

// The text with its %XX decoded; nothing when one is malformed.
Result<std::string> percent_decode(std::string_view text);

// "a=1&b=x%20y" as pairs; a malformed pair is left out.
Parameters parse_query(std::string_view query);

}  // namespace firedrill::admin
