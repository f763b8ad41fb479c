#include "control/config/yaml.h"
#include "control/demo/addresses.h"
#include "control/demo/asio.h"
#include "control/demo/ports.h"
#include "control/demo/services.h"
#include "control/demo/tour.h"

#include <gmock/gmock.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

namespace firedrill::demo {
namespace {

using testing::HasSubstr;
using testing::Not;

tcp::endpoint endpoint(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  return {asio::ip::make_address(address.substr(0, colon)),
          static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1)))};
}

// Sends, and reads until `end` has come.
std::string exchange(const std::string& address, const std::string& text, const std::string& end) {
  asio::io_context context;
  tcp::socket socket(context);
  socket.connect(endpoint(address));
  asio::write(socket, asio::buffer(text));
  std::string reply;
  asio::read_until(socket, asio::dynamic_buffer(reply), end);
  return reply;
}

TEST(DemoConfiguration, HasTheGivenAddressesInThePlaceOfItsOwn) {
  Addresses addresses;
  addresses.shop = "127.0.0.1:40001";
  addresses.shop_service = "127.0.0.1:40002";
  const std::string text = configuration(addresses);
  EXPECT_TRUE(parse_yaml(text));
  EXPECT_THAT(text, HasSubstr("listen: 127.0.0.1:40001\n    upstream: 127.0.0.1:40002\n"));
  EXPECT_THAT(text, HasSubstr(addresses.admin));
  EXPECT_THAT(text, Not(HasSubstr(Addresses{}.shop)));
}

TEST(DemoConfiguration, HoldsEveryAddressThatMayHaveToMove) {
  const std::string text = configuration({});
  const Addresses written;
  for (const auto& address : {written.admin, written.shop, written.dns, written.echo,
                              written.shop_service, written.dns_service, written.echo_service}) {
    EXPECT_THAT(text, HasSubstr(address));
  }
}

TEST(Tour, NamesWhatIsToBeTyped) {
  const std::string text = tour({}, "build/firedrill");
  EXPECT_THAT(text, HasSubstr("curl -i http://127.0.0.1:18080/healthz "));
  EXPECT_THAT(text, HasSubstr("\n     build/firedrill fault enable checkout-health-503\n"));
  EXPECT_THAT(text, HasSubstr("dig @127.0.0.1 -p 15353 "));
  EXPECT_THAT(text, Not(HasSubstr("{firedrill}")));
  EXPECT_THAT(text, Not(HasSubstr("-host}")));
}

TEST(Tour, TellsTheCommandLineWhereAnUnusualAdminApiIs) {
  Addresses addresses;
  addresses.admin = "127.0.0.1:40003";
  EXPECT_THAT(tour(addresses, "firedrill"),
              HasSubstr("\n     FIREDRILL_ADMIN=127.0.0.1:40003 firedrill halt "));
}

TEST(Ports, GivesAnotherPortWhereTheWishedOneIsTaken) {
  asio::io_context context;
  const tcp::acceptor taken(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  const std::uint16_t port = taken.local_endpoint().port();
  const std::string given = free_address(port, Transport::tcp);
  EXPECT_NE(endpoint(given).port(), port);
  EXPECT_NE(endpoint(given).port(), 0);
}

TEST(Ports, WantsBothSocketsOfADnsPort) {
  asio::io_context context;
  const udp::socket taken(context, udp::endpoint(asio::ip::address_v4::loopback(), 0));
  const std::uint16_t port = taken.local_endpoint().port();
  EXPECT_NE(endpoint(free_address(port, Transport::udp_and_tcp)).port(), port);
}

TEST(Services, EchoWhatTheyGet) {
  const Services services;
  EXPECT_EQ(exchange(services.echo(), "hello\n", "\n"), "hello\n");
}

TEST(Services, ServeTheShop) {
  const Services services;
  const auto reply = exchange(services.shop(), "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", "ok\n");
  EXPECT_THAT(reply, testing::StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(Services, StreamOrdersFromWhereTheClientWas) {
  const Services services;
  const auto reply =
      exchange(services.shop(),
               "GET /events/orders HTTP/1.1\r\nHost: a\r\nLast-Event-ID: 2\r\n\r\n", "id: 5");
  EXPECT_THAT(reply, HasSubstr("id: 3\nevent: order\ndata: {\"id\":3,"));
  EXPECT_THAT(reply, Not(HasSubstr("id: 2\n")));
}

TEST(Services, EndWhileClientsAreConnected) {
  asio::io_context context;
  tcp::socket socket(context);
  {
    const Services services;
    socket.connect(endpoint(services.shop()));
    asio::write(socket,
                asio::buffer(std::string("GET /events/orders HTTP/1.1\r\nHost: a\r\n\r\n")));
    std::string reply;
    asio::read_until(socket, asio::dynamic_buffer(reply), "event: order");
  }
  std::string rest;
  boost::system::error_code ec;
  asio::read(socket, asio::dynamic_buffer(rest), ec);
  EXPECT_TRUE(ec);
}

}  // namespace
}  // namespace firedrill::demo
