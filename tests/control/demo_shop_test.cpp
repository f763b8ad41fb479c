#include "control/demo/shop_http.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace firedrill::demo {
namespace {

namespace http = boost::beast::http;

Request request(http::verb method, const char* target, std::string body = "") {
  Request made(method, target, 11);
  made.body() = std::move(body);
  return made;
}

Shop shop_with(int orders) {
  Shop shop;
  for (int i = 0; i < orders; ++i) shop.place_next();
  return shop;
}

TEST(Shop, NumbersOrdersFromOne) {
  Shop shop;
  EXPECT_EQ(shop.place({.customer = "ada", .item = "rope"}).id, 1u);
  EXPECT_EQ(shop.place({.customer = "ada", .item = "rope"}).id, 2u);
  EXPECT_EQ(shop.find(0), nullptr);
  EXPECT_EQ(shop.find(2)->id, 2u);
  EXPECT_EQ(shop.find(3), nullptr);
}

TEST(Shop, TakesTheSameOrdersInEveryRun) {
  Shop one = shop_with(7);
  Shop other = shop_with(7);
  EXPECT_EQ(to_json(*one.find(7)), to_json(*other.find(7)));
}

TEST(Shop, KeepsTheLatestOrders) {
  const Shop shop = shop_with(static_cast<int>(Shop::kKept) + 3);
  EXPECT_EQ(shop.find(3), nullptr);
  EXPECT_EQ(shop.after(0)->id, 4u);
  EXPECT_EQ(shop.after(shop.latest()), nullptr);
  EXPECT_EQ(shop.last(2).front().id, shop.latest() - 1);
}

TEST(ShopHttp, IsHealthy) {
  Shop shop;
  const auto response = respond(shop, request(http::verb::get, "/healthz?from=probe"));
  EXPECT_EQ(response.result_int(), 200u);
  EXPECT_EQ(response.body(), "ok\n");
}

TEST(ShopHttp, PlacesAnOrderAndShowsIt) {
  Shop shop = shop_with(2);
  const auto placed = respond(shop, request(http::verb::post, "/orders", R"({"item": "tent"})"));
  EXPECT_EQ(placed.result_int(), 201u);
  EXPECT_EQ(placed[http::field::location], "/orders/3");
  const auto shown = respond(shop, request(http::verb::get, "/orders/3"));
  EXPECT_EQ(boost::json::parse(shown.body()),
            boost::json::parse(R"({"id": 3, "customer": "you", "item": "tent", "quantity": 1})"));
  const auto list = respond(shop, request(http::verb::get, "/orders"));
  EXPECT_EQ(boost::json::parse(list.body()).as_array().size(), 3u);
}

TEST(ShopHttp, RefusesWhatIsNoOrder) {
  Shop shop;
  for (const char* body : {"", "{", "[]", "{}", R"({"item": 7})"}) {
    EXPECT_EQ(respond(shop, request(http::verb::post, "/orders", body)).result_int(), 400u) << body;
  }
  EXPECT_EQ(shop.latest(), 0u);
}

TEST(ShopHttp, HasNoOtherPages) {
  Shop shop = shop_with(1);
  for (const char* target : {"/", "/orders/2", "/orders/x", "/orders/", "/healthz/x"}) {
    EXPECT_EQ(respond(shop, request(http::verb::get, target)).result_int(), 404u) << target;
  }
  EXPECT_EQ(respond(shop, request(http::verb::delete_, "/orders/1")).result_int(), 404u);
}

TEST(OrderStream, GivesANewClientTheLastFewOrders) {
  const auto stream = order_stream(shop_with(25), request(http::verb::get, "/events/orders"));
  ASSERT_TRUE(stream);
  EXPECT_EQ(stream->after, 15u);
  EXPECT_EQ(stream->content_type(), "text/event-stream");
}

TEST(OrderStream, GoesOnWhereAClientWas) {
  const Shop shop = shop_with(25);
  Request again = request(http::verb::get, "/events/orders");
  again.set("Last-Event-ID", "7");
  EXPECT_EQ(order_stream(shop, again)->after, 7u);
  const auto exported =
      order_stream(shop, request(http::verb::get, "/export/orders.ndjson?after=8"));
  EXPECT_EQ(exported->after, 8u);
  EXPECT_EQ(exported->content_type(), "application/x-ndjson");
}

TEST(OrderStream, IsOnlyWhatAsksForOne) {
  const Shop shop;
  EXPECT_FALSE(order_stream(shop, request(http::verb::get, "/orders")));
  EXPECT_FALSE(order_stream(shop, request(http::verb::post, "/events/orders")));
}

TEST(OrderStream, WritesAnOrderAsAnEventOrAsALine) {
  const Order order{.id = 7, .customer = "ada", .item = "rope", .quantity = 2};
  const std::string json = R"({"id":7,"customer":"ada","item":"rope","quantity":2})";
  EXPECT_EQ((OrderStream{.format = OrderStream::Format::ndjson}.text(order)), json + "\n");
  EXPECT_EQ((OrderStream{.format = OrderStream::Format::server_sent_events}.text(order)),
            "id: 7\nevent: order\ndata: " + json + "\n\n");
}

}  // namespace
}  // namespace firedrill::demo
