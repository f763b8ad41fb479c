#include "proxy/codec/dns/zone_transfer.h"

#include "tests/codec/dns_bytes.h"

#include <gtest/gtest.h>

#include <vector>

namespace firedrill::dns {
namespace {

using testing::wire;
using testing::operator+;
using More = ZoneTransfer::More;

constexpr std::uint16_t kIxfr = 251;
constexpr std::uint16_t kAxfr = 252;

const Bytes kAddress = wire("c00c 0001 0001 00000005 0004 0a000001");

// Of "example", named in the question, with this serial number.
Bytes soa(std::string_view serial) {
  return wire("c00c 0006 0001 00000005 001b 02'ns' c00c c00c") + wire(serial) +
         wire("00000001 00000002 00000003 00000004");
}

Bytes message(const std::vector<Bytes>& records) {
  Bytes bytes = wire("1234 8400 0001 0000 0000 0000 07'example' 00 00fc 0001");
  write_u16(bytes, 6, static_cast<std::uint16_t>(records.size()));
  for (const Bytes& record : records) bytes = bytes + record;
  return bytes;
}

std::vector<More> taken(std::uint16_t type, const std::vector<Bytes>& messages) {
  ZoneTransfer transfer(type);
  std::vector<More> all;
  for (const Bytes& one : messages) all.push_back(transfer.take(one));
  return all;
}

using enum More;

TEST(ZoneTransfer, OfAWholeZoneEndsWithTheSoaThatItBeganWith) {
  EXPECT_EQ(taken(kAxfr, {message({soa("00000007"), kAddress, soa("00000007")})}), std::vector{no});
  EXPECT_EQ(taken(kAxfr, {message({soa("00000007"), kAddress}), message({kAddress, kAddress}),
                          message({kAddress, soa("00000007")})}),
            (std::vector{yes, yes, no}));
  EXPECT_EQ(
      taken(kAxfr, {message({soa("00000007")}), message({kAddress}), message({soa("00000007")})}),
      (std::vector{yes, yes, no}));
}

TEST(ZoneTransfer, OfChangesEndsWithTheThirdSoaOfThePresentVersion) {
  EXPECT_EQ(taken(kIxfr, {message({soa("00000007"), soa("00000005"), kAddress}),
                          message({soa("00000006"), kAddress, soa("00000006")}),
                          message({soa("00000007"), kAddress}), message({soa("00000007")})}),
            (std::vector{yes, yes, yes, no}));
  EXPECT_EQ(taken(kIxfr, {message({soa("00000007"), kAddress}), message({soa("00000007")})}),
            (std::vector{yes, no}));
}

TEST(ZoneTransfer, HasOneMessageWhenNothingHasChangedOrSomethingIsWrong) {
  EXPECT_EQ(taken(kIxfr, {message({soa("00000007")})}), std::vector{no});
  EXPECT_EQ(taken(kAxfr, {message({})}), std::vector{no});
  EXPECT_EQ(taken(kAxfr, {message({kAddress, kAddress})}), std::vector{no});
  Bytes refused = message({soa("00000007"), kAddress});
  write_u16(refused, 2, 0x8405);
  EXPECT_EQ(taken(kAxfr, {refused}), std::vector{no});
  Bytes cut = message({soa("00000007"), kAddress});
  cut.pop_back();
  EXPECT_EQ(taken(kAxfr, {cut}), std::vector{no});
}

TEST(ZoneTransfer, MayLeaveTheQuestionOutOnceItHasBegun) {
  ZoneTransfer transfer(kAxfr);
  const Bytes bare = wire("1234 8400 0000 0001 0000 0000 00 0001 0001 00000005 0004 0a000001");
  EXPECT_FALSE(transfer.continues(bare));
  EXPECT_EQ(transfer.take(message({soa("00000007"), kAddress})), yes);
  EXPECT_TRUE(transfer.continues(bare));
  EXPECT_EQ(transfer.take(bare), yes);
  EXPECT_FALSE(transfer.continues(wire("1234 0400 0000 0000 0000 0000")));  // no response
  EXPECT_FALSE(transfer.continues(wire("1234")));
}

}  // namespace
}  // namespace firedrill::dns
