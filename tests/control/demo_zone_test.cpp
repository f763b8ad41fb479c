#include "control/demo/zone.h"

#include "proxy/codec/dns/header.h"
#include "proxy/codec/dns/name.h"

#include <gtest/gtest.h>

namespace firedrill::demo {
namespace {

constexpr std::uint16_t kTypeA = 1;
constexpr std::uint16_t kTypeTxt = 16;

Bytes query(std::string_view name, std::uint16_t type) {
  Bytes message(dns::kHeaderSize);
  dns::set_id(message, 0x1234);
  dns::write_u16(message, 4, 1);
  const Bytes wire = dns::parse_name(name).value();
  message.insert(message.end(), wire.begin(), wire.end());
  message.resize(message.size() + dns::kQuestionTail);
  dns::write_u16(message, message.size() - 4, type);
  dns::write_u16(message, message.size() - 2, dns::kClassIn);
  return message;
}

Bytes ask(std::string_view name, std::uint16_t type) {
  return Zone().answer(query(name, type), dns::Transport::udp);
}

// The last four bytes: the address of an answer that ends with an A record.
std::string last_address(const Bytes& reply) {
  std::string text;
  for (std::size_t i = reply.size() - 4; i < reply.size(); ++i) {
    text += (text.empty() ? "" : ".") + std::to_string(std::to_integer<int>(reply[i]));
  }
  return text;
}

TEST(DemoZone, KnowsWhereThePaymentsAre) {
  const Bytes reply = ask("payments.shop.demo", kTypeA);
  const dns::Header header(reply);
  EXPECT_EQ(header.id(), 0x1234);
  EXPECT_TRUE(header.response());
  EXPECT_EQ(header.rcode(), dns::Rcode::no_error);
  EXPECT_EQ(header.answers(), 1);
  EXPECT_EQ(last_address(reply), "10.20.30.7");
}

TEST(DemoZone, IgnoresTheCaseOfAName) {
  EXPECT_EQ(last_address(ask("PayMents.SHOP.demo", kTypeA)), "10.20.30.7");
}

TEST(DemoZone, FollowsAnAlias) {
  const Bytes reply = ask("api.shop.demo", kTypeA);
  EXPECT_EQ(dns::Header(reply).answers(), 2);
  EXPECT_EQ(last_address(reply), "10.20.30.5");
}

TEST(DemoZone, HasNoRecordsOfSomeTypesAndSaysSoWithItsAuthority) {
  const Bytes reply = ask("payments.shop.demo", kTypeTxt);
  EXPECT_EQ(dns::Header(reply).rcode(), dns::Rcode::no_error);
  EXPECT_EQ(dns::Header(reply).answers(), 0);
  EXPECT_EQ(dns::Header(reply).authorities(), 1);
}

TEST(DemoZone, KnowsNoOtherName) {
  const Bytes reply = ask("example.org", kTypeA);
  EXPECT_EQ(dns::Header(reply).rcode(), dns::Rcode::name_error);
  EXPECT_EQ(dns::Header(reply).authorities(), 1);
}

TEST(DemoZone, AnswersNoAnswer) {
  Bytes message = query("shop.demo", kTypeA);
  dns::write_u16(message, 2, dns::flag::kResponse);
  EXPECT_EQ(Zone().answer(message, dns::Transport::udp), Bytes());
  EXPECT_EQ(Zone().answer({}, dns::Transport::tcp), Bytes());
}

TEST(DemoZone, RefusesAnOperationThatItDoesNotHave) {
  Bytes message = query("shop.demo", kTypeA);
  dns::write_u16(message, 2, static_cast<std::uint16_t>(5 << 11));
  const Bytes reply = Zone().answer(message, dns::Transport::udp);
  EXPECT_EQ(dns::Header(reply).rcode(), dns::Rcode::not_implemented);
}

}  // namespace
}  // namespace firedrill::demo
