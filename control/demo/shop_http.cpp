#include "control/demo/shop_http.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>

namespace firedrill::demo {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t kShown = 10;     // orders of a list
constexpr std::size_t kReplayed = 10;  // events for a client that is new

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

std::string_view path_of(const Request& request) {
  const std::string_view target = view(request.target());
  return target.substr(0, target.find('?'));
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [stop, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> known_order(const Request& request) {
  if (const auto header = request.find("Last-Event-ID"); header != request.end()) {
    return number(view(header->value()));
  }
  constexpr std::string_view kQuery = "?after=";
  const std::string_view target = view(request.target());
  const std::size_t query = target.find(kQuery);
  if (query == std::string_view::npos) return std::nullopt;
  return number(target.substr(query + kQuery.size()));
}

Response answer(http::status status, std::string_view type, std::string body) {
  Response response(status, 11);
  response.set(http::field::server, "shop");
  response.set(http::field::content_type, boost::beast::string_view(type.data(), type.size()));
  response.body() = std::move(body);
  return response;
}

Response json(http::status status, const boost::json::value& body) {
  return answer(status, "application/json", boost::json::serialize(body) + "\n");
}

Response problem(http::status status, std::string_view what) {
  return json(status, boost::json::object{{"error", what}});
}

Response list_orders(const Shop& shop) {
  boost::json::array orders;
  for (const Order& order : shop.last(kShown)) orders.push_back(to_json(order));
  return json(http::status::ok, orders);
}

Response place_order(Shop& shop, const std::string& body) {
  boost::system::error_code ec;
  const auto parsed = boost::json::parse(body, ec);
  const auto* object = ec ? nullptr : parsed.if_object();
  const auto* item = object == nullptr ? nullptr : object->if_contains("item");
  if (item == nullptr || !item->is_string()) {
    return problem(http::status::bad_request, "an order is an object with an item");
  }
  const Order& order = shop.place({.customer = "you", .item = std::string(item->get_string())});
  Response response = json(http::status::created, to_json(order));
  response.set(http::field::location, "/orders/" + std::to_string(order.id));
  return response;
}

}  // namespace

std::string_view OrderStream::content_type() const {
  return format == Format::ndjson ? "application/x-ndjson" : "text/event-stream";
}

std::string OrderStream::text(const Order& order) const {
  const std::string data = boost::json::serialize(to_json(order)) + "\n";
  if (format == Format::ndjson) return data;
  return "id: " + std::to_string(order.id) + "\nevent: order\ndata: " + data + "\n";
}

std::optional<OrderStream> order_stream(const Shop& shop, const Request& request) {
  if (request.method() != http::verb::get) return std::nullopt;
  const std::string_view path = path_of(request);
  OrderStream stream{};
  if (path == "/events/orders") {
    stream.format = OrderStream::Format::server_sent_events;
  } else if (path == "/export/orders.ndjson") {
    stream.format = OrderStream::Format::ndjson;
  } else {
    return std::nullopt;
  }
  const std::uint64_t latest = shop.latest();
  const std::uint64_t recent = latest > kReplayed ? latest - kReplayed : 0;
  stream.after = known_order(request).value_or(recent);
  return stream;
}

Response respond(Shop& shop, const Request& request) {
  const std::string_view path = path_of(request);
  const bool reads = request.method() == http::verb::get || request.method() == http::verb::head;
  if (path == "/healthz" && reads) return answer(http::status::ok, "text/plain", "ok\n");
  if (path == "/orders" && reads) return list_orders(shop);
  if (path == "/orders" && request.method() == http::verb::post) {
    return place_order(shop, request.body());
  }
  constexpr std::string_view kOrders = "/orders/";
  if (path.starts_with(kOrders) && reads) {
    const auto id = number(path.substr(kOrders.size()));
    const Order* order = id ? shop.find(*id) : nullptr;
    if (order == nullptr) return problem(http::status::not_found, "no such order");
    return json(http::status::ok, to_json(*order));
  }
  return problem(http::status::not_found,
                 "there are /healthz, /orders, /orders/ID, /events/orders, /export/orders.ndjson");
}

}  // namespace firedrill::demo
