#pragma once

#include "control/admin/service.h"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace firedrill::admin {

// The decisions about one request, which need no socket.

using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

// What to do with a request of which the head is known.
struct Admission {
  Request request;               // without its body
  const Route* route = nullptr;  // null when refused
  std::optional<Response> refusal = {};
};
Admission admit(const Parser& parser, std::string from, Service& service);

// The handler's answer; a handler that throws is our mistake and answers 500.
Response answer(const Request& request, const Handler& handler);

enum class Then { keep_alive, close };

// A response as it stands on the wire.
std::string serialize(const Response& response, const Request& request, unsigned version,
                      Then then);

}  // namespace firedrill::admin
