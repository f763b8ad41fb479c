#include "proxy/codec/dns/message.h"

#include "tests/codec/dns_bytes.h"

#include <gtest/gtest.h>

namespace firedrill::dns {
namespace {

using namespace testing;  // NOLINT: the bytes of messages are on every line

Disposition disposition_of(const Bytes& message) {
  return parse_query(message).disposition;
}

TEST(DnsQuery, GivesTheQuestionInPlace) {
  const Bytes message = www_query();
  const Query query = parse_query(message);
  ASSERT_EQ(query.disposition, Disposition::forward);
  EXPECT_EQ(hex(query.question.name), hex(kWwwExample));
  EXPECT_EQ(query.question.name.data(), message.data() + 12);
  EXPECT_EQ(hex(query.question.bytes), hex(kWwwExample + wire("0001 0001")));
  EXPECT_EQ(query.question.qtype, 1);
  EXPECT_EQ(query.question.qclass, 1);
  EXPECT_EQ(query.question.end(), message.size());
  EXPECT_EQ(hex(query.question.folded.bytes()), hex(wire("03'www' 07'example' 00")));
}

TEST(DnsQuery, ForwardsChaosClassTrailingBytesAndTheRoot) {
  EXPECT_EQ(disposition_of(wire("0001 0000 0001 0000 0000 0000") + kWwwExample + wire("0010 0003")),
            Disposition::forward);
  EXPECT_EQ(disposition_of(www_query() + wire("deadbeef")), Disposition::forward);
  EXPECT_EQ(disposition_of(wire("0001 0000 0001 0000 0000 0000 | 00 0002 0001")),
            Disposition::forward);
}

TEST(DnsQuery, DropsWhatIsShortOrAResponse) {
  EXPECT_EQ(disposition_of({}), Disposition::drop);
  EXPECT_EQ(disposition_of(wire("1234 0100 0001 0000 0000 00")), Disposition::drop);
  EXPECT_EQ(disposition_of(wire("1234 8100 0001 0000 0000 0000") + kWwwExample + wire("00010001")),
            Disposition::drop);
}

TEST(DnsQuery, DropsAQuestionCutAnywhere) {
  const Bytes whole = www_query();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(parse_query(ByteView(whole).first(size)).disposition, Disposition::drop) << size;
}

TEST(DnsQuery, DropsCompressedAndOverlongNames) {
  const Bytes head = wire("1234 0100 0001 0000 0000 0000");
  EXPECT_EQ(disposition_of(head + wire("c00c 0001 0001")), Disposition::drop);
  EXPECT_EQ(disposition_of(head + wire("40") + Bytes(64, std::byte{'x'}) + wire("00 0001 0001")),
            Disposition::drop);

  Bytes name;
  for (int i = 0; i < 3; ++i) name = name + wire("3f") + Bytes(63, std::byte{'x'});
  const Bytes most = name + wire("3d") + Bytes(61, std::byte{'y'}) + wire("00");
  const Bytes more = name + wire("3e") + Bytes(62, std::byte{'y'}) + wire("00");
  ASSERT_EQ(most.size(), 255u);
  EXPECT_EQ(disposition_of(head + most + wire("0001 0001")), Disposition::forward);
  EXPECT_EQ(disposition_of(head + more + wire("0001 0001")), Disposition::drop);
}

TEST(DnsQuery, CallsAnyOtherNumberOfQuestionsAFormatError) {
  EXPECT_EQ(disposition_of(www_query("0000 0000 0000 0000")), Disposition::format_error);
  EXPECT_EQ(disposition_of(www_query("0002 0000 0000 0000")), Disposition::format_error);
  EXPECT_EQ(disposition_of(wire("1234 0100 0000 0000 0000 0000")), Disposition::format_error);
}

TEST(DnsQuery, ForwardsOtherOpcodesOnlyWhenAsked) {
  const Bytes notify = wire("1234 2000 0001 0000 0000 0000") + kWwwExample + wire("0006 0001");
  EXPECT_EQ(disposition_of(notify), Disposition::not_implemented);
  EXPECT_EQ(parse_query(notify, OtherOpcodes::forward).disposition, Disposition::forward);
}

TEST(DnsReply, BelongsToItsQuestionWhateverTheCase) {
  const Bytes question = wire("03'www' 07'example' 00 0001 0001");
  const Bytes head = wire("9999 8180 0001 0000 0000 0000");
  EXPECT_TRUE(is_reply_to(head + question, question));
  EXPECT_TRUE(is_reply_to(head + wire("03'WWW' 07'eXAMPLE' 00 0001 0001 | c00c"), question));
}

TEST(DnsReply, DoesNotBelongToAnotherQuestion) {
  const Bytes question = wire("03'www' 07'example' 00 0001 0001");
  const Bytes head = wire("9999 8180 0001 0000 0000 0000");
  EXPECT_FALSE(is_reply_to(head + wire("03'www' 07'exbmple' 00 0001 0001"), question));
  EXPECT_FALSE(is_reply_to(head + wire("03'www' 07'example' 00 001c 0001"), question));
  EXPECT_FALSE(is_reply_to(head + wire("03'www' 07'example' 00 0001 0003"), question));
  EXPECT_FALSE(is_reply_to(head + wire("03'www' 07'example' 00 0001 00"), question));
  EXPECT_FALSE(is_reply_to(wire("9999 8180 0000 0000 0000 0000") + question, question));
  EXPECT_FALSE(is_reply_to(wire("9999 8183 0000 0000 0000 0000"), question));
  EXPECT_FALSE(is_reply_to(wire("9999 0100 0001 0000 0000 0000") + question, question));
  EXPECT_FALSE(is_reply_to(wire("9999 8180"), question));
}

// The type TYPE65 differs from TYPE97 by the bit that case has in letters.
TEST(DnsReply, DoesNotFoldTheType) {
  const Bytes question = wire("03'www' 00 0041 0001");
  EXPECT_FALSE(is_reply_to(wire("9999 8180 0001 0000 0000 0000 03'www' 00 0061 0001"), question));
}

Edns edns_of(const Bytes& message) {
  return read_edns(message, parse_query(message).question.end());
}

TEST(DnsReply, MayLeaveTheQuestionOutOfARefusal) {
  const Bytes question = wire("03'www' 07'example' 00 0001 0001");
  EXPECT_TRUE(is_reply_to(wire("9999 8181 0000 0000 0000 0000"), question));
  EXPECT_TRUE(is_reply_to(wire("9999 8184 0000 0000 0000 0000"), question));
  EXPECT_TRUE(is_reply_to(wire("9999 8185 0000 0000 0000 0000"), question));
  EXPECT_FALSE(is_reply_to(wire("9999 0105 0000 0000 0000 0000"), question));
}

TEST(DnsEdns, IsAbsentWithoutOpt) {
  const Edns edns = edns_of(www_query());
  EXPECT_FALSE(edns.present);
  EXPECT_EQ(edns.verdict, Rcode::no_error);
}

TEST(DnsEdns, ReadsSizeVersionAndDo) {
  const Edns edns = edns_of(www_query_with_opt());
  EXPECT_TRUE(edns.present);
  EXPECT_EQ(edns.udp_size, 4096);
  EXPECT_TRUE(edns.dnssec_ok);
  EXPECT_EQ(edns.version, 0);
  EXPECT_EQ(edns.verdict, Rcode::no_error);
}

TEST(DnsEdns, LooksBehindOtherRecords) {
  const Bytes other = wire("c00c 0001 0001 00000000 0004 01020304");
  const Edns edns = edns_of(www_query("0001 0001 0000 0002") + other + other + kOptDo);
  EXPECT_TRUE(edns.present);
  EXPECT_EQ(edns.verdict, Rcode::no_error);
}

TEST(DnsEdns, RefusesAnUnknownVersion) {
  EXPECT_EQ(edns_of(www_query_with_opt(wire("00 0029 0200 00 01 0000 0000"))).verdict,
            Rcode::bad_version);
}

TEST(DnsEdns, RefusesTwoOptsAnOwnedOptAndCutRecords) {
  const Bytes two = www_query("0001 0000 0000 0002") + kOptDo + kOptDo;
  EXPECT_EQ(edns_of(two).verdict, Rcode::format_error);
  const Bytes owned = www_query_with_opt(wire("c00c 0029 1000 00 00 8000 0000"));
  EXPECT_EQ(edns_of(owned).verdict, Rcode::format_error);
  EXPECT_EQ(edns_of(www_query("0001 0000 0000 0001")).verdict, Rcode::format_error);
  EXPECT_EQ(edns_of(www_query_with_opt(wire("00 0029 1000 00 00 8000 0001"))).verdict,
            Rcode::format_error);
}

const Bytes kHead(kHeaderSize, std::byte{0});

TEST(DnsNameEnd, FollowsPointersBackwards) {
  // 12: "example", 21: "www" and a pointer to 12, 27: a pointer to 21.
  const Bytes message = kHead + wire("07'example' 00 | 03'www' c00c | c015");
  EXPECT_EQ(end_of_name(message, 12), 21u);
  EXPECT_EQ(end_of_name(message, 21), 27u);
  EXPECT_EQ(end_of_name(message, 27), 29u);
}

TEST(DnsNameEnd, RefusesPointersThatDoNotGoBackwards) {
  EXPECT_EQ(end_of_name(kHead + wire("c00c"), 12), std::nullopt);
  EXPECT_EQ(end_of_name(kHead + wire("c00e 00"), 12), std::nullopt);
  // Two names that point into each other.
  EXPECT_EQ(end_of_name(kHead + wire("01'a' c010 | 01'b' c00c"), 16), std::nullopt);
  // Into the header.
  EXPECT_EQ(end_of_name(kHead + wire("c000"), 12), std::nullopt);
}

TEST(DnsNameEnd, RefusesReservedLengthsAndCutNames) {
  EXPECT_EQ(end_of_name(kHead + wire("80 00"), 12), std::nullopt);
  EXPECT_EQ(end_of_name(kHead + wire("40 00"), 12), std::nullopt);
  EXPECT_EQ(end_of_name(kHead + wire("03'ww'"), 12), std::nullopt);
  EXPECT_EQ(end_of_name(kHead + wire("03'www'"), 12), std::nullopt);
  EXPECT_EQ(end_of_name(kHead + wire("00 c0"), 13), std::nullopt);
}

// Pointer i stands at 13 + 2i and goes to the one before it.
Bytes chain_of_pointers(std::size_t count) {
  Bytes message = kHead + wire("00 c00c");
  for (std::size_t i = 1; i < count; ++i) {
    const std::size_t target = 13 + 2 * (i - 1);
    message.push_back(static_cast<std::byte>(0xc0 | target >> 8));
    message.push_back(static_cast<std::byte>(target));
  }
  return message;
}

TEST(DnsNameEnd, FollowsAtMost128Pointers) {
  const Bytes most = chain_of_pointers(128);
  EXPECT_EQ(end_of_name(most, most.size() - 2), most.size());
  const Bytes more = chain_of_pointers(129);
  EXPECT_EQ(end_of_name(more, more.size() - 2), std::nullopt);
}

TEST(DnsNameEnd, RefusesANameThatPointersMakeTooLong) {
  Bytes message = kHead;
  for (int i = 0; i < 3; ++i) message = message + wire("3f") + Bytes(63, std::byte{'x'});
  message = message + wire("00");
  const std::size_t tail = message.size();
  const Bytes fits = message + wire("3d") + Bytes(61, std::byte{'y'}) + wire("c00c");
  EXPECT_EQ(end_of_name(fits, tail), fits.size());
  const Bytes too_long = message + wire("3e") + Bytes(62, std::byte{'y'}) + wire("c00c");
  EXPECT_EQ(end_of_name(too_long, tail), std::nullopt);
}

TEST(DnsHeader, IsReadAndItsIdRewrittenInPlace) {
  Bytes message = wire("1234 8583 0001 0002 0003 0004");
  const Header header(message);
  EXPECT_EQ(header.id(), 0x1234);
  EXPECT_TRUE(header.response());
  EXPECT_FALSE(header.truncated());
  EXPECT_EQ(header.rcode(), Rcode::name_error);
  EXPECT_EQ(header.questions(), 1);
  EXPECT_EQ(header.answers(), 2);
  EXPECT_EQ(header.authorities(), 3);
  EXPECT_EQ(header.additionals(), 4);
  set_id(message, 0xabcd);
  EXPECT_EQ(hex(message), "abcd85830001000200030004");
}

}  // namespace
}  // namespace firedrill::dns
