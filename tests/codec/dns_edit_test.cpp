#include "proxy/codec/dns/edit.h"

#include "tests/codec/dns_bytes.h"

#include <gtest/gtest.h>

namespace firedrill::dns {
namespace {

using namespace testing;  // NOLINT: the bytes of messages are on every line

// Two answers, one authority and OPT; the TTLs of the first three as given.
Bytes reply(std::string_view first, std::string_view second, std::string_view third) {
  return wire("1234 8180 0001 0002 0001 0001") + kWwwExample + wire("0001 0001") +
         wire("c00c 0005 0001") + wire(first) + wire("0004 01'b' c010") + wire("c029 0001 0001") +
         wire(second) + wire("0004 01020304") + wire("c010 0002 0001") + wire(third) +
         wire("0002 c010") + kOptDo;
}

TEST(DnsTtl, IsSetInEveryRecordButOpt) {
  Bytes message = reply("0000012c", "0000003c", "00000000");
  ASSERT_TRUE(edit_ttls(message, TtlEdit::set, 7));
  EXPECT_EQ(hex(message), hex(reply("00000007", "00000007", "00000007")));
}

TEST(DnsTtl, IsOnlyLowered) {
  Bytes message = reply("0000012c", "0000003c", "00000000");
  ASSERT_TRUE(edit_ttls(message, TtlEdit::at_most, 100));
  EXPECT_EQ(hex(message), hex(reply("00000064", "0000003c", "00000000")));
}

TEST(DnsTtl, StaysInAReplyCutAnywhere) {
  const Bytes whole = reply("0000012c", "0000003c", "00000000");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const Bytes before = cut;
    EXPECT_FALSE(edit_ttls(cut, TtlEdit::set, 7)) << size;
    EXPECT_EQ(cut, before) << size;
  }
}

// The second owner is spelt by the first record's TTL: "a", which the edit overwrites.
TEST(DnsTtl, IsChangedEvenWhereANamePointsIntoIt) {
  const auto message = [](std::string_view first, std::string_view second) {
    return wire("1234 8180 0000 0002 0000 0000 | 00 0001 0001") + wire(first) +
           wire("0000 | c011 0001 0001") + wire(second) + wire("0000");
  };
  Bytes edited = message("01610000", "01610000");
  ASSERT_TRUE(edit_ttls(edited, TtlEdit::set, 0xffffffff));
  EXPECT_EQ(hex(edited), hex(message("ffffffff", "ffffffff")));
}

}  // namespace
}  // namespace firedrill::dns
