#pragma once

#include "control/demo/shop.h"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <string>

namespace firedrill::demo {

using Request = boost::beast::http::request<boost::beast::http::string_body>;
using Response = boost::beast::http::response<boost::beast::http::string_body>;

// A stream of orders that a request asks for: what is behind its last known order, and then each
// new one as it is placed.
struct OrderStream {
  enum class Format : std::uint8_t { server_sent_events, ndjson };
  Format format;
  std::uint64_t after = 0;  // the last order that the client knows

  std::string_view content_type() const;
  // One order as it stands on the wire.
  std::string text(const Order& order) const;
};

// The stream that the request is for. A client that says where it was (Last-Event-ID, or `?after=`)
// gets what it missed; any other gets the last few orders at once.
std::optional<OrderStream> order_stream(const Shop& shop, const Request& request);

// The shop's other pages: /healthz, /orders, /orders/{id}.
Response respond(Shop& shop, const Request& request);

}  // namespace firedrill::demo
