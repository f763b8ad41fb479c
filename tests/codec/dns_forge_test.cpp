#include "proxy/codec/dns/forge.h"

#include "tests/codec/dns_bytes.h"

#include <gtest/gtest.h>
#include <ldns/ldns.h>

#include <algorithm>
#include <array>
#include <memory>

namespace firedrill::dns {
namespace {

using namespace testing;  // NOLINT: the bytes of messages are on every line

constexpr std::string_view kQuestion = "03'wWw' 07'eXample' 00 0001 0001";
constexpr std::string_view kOptOut = "00 0029 04d0 00 00 8000 0000";

Record record(std::string_view text) {
  return *parse_record(text, 5);
}

// The reply to a query, over UDP unless told otherwise. Whatever it is, libldns must be able to
// read it, and it must have the id of the query.
Bytes forged(const Bytes& query, const Reply& reply, Transport transport = Transport::udp,
             std::size_t max_udp = kMaxUdp) {
  const Query parsed = parse_query(query);
  const Edns edns = read_edns(query, parsed.question.end());
  static std::array<std::byte, kMaxMessage> buffer;
  const auto out =
      forge(buffer, query, parsed.question, edns, reply, reply_limit(transport, edns, max_udp));
  ldns_pkt* packet = nullptr;
  EXPECT_EQ(ldns_wire2pkt(&packet, reinterpret_cast<const std::uint8_t*>(out.data()), out.size()),
            LDNS_STATUS_OK)
      << hex(out);
  if (packet != nullptr) {
    EXPECT_EQ(ldns_pkt_id(packet), Header(query).id());
  }
  ldns_pkt_free(packet);
  return {out.begin(), out.end()};
}

TEST(DnsForge, AnswersWithTheQuestionAsItCame) {
  const std::array records{record("A 10.20.30.99")};
  EXPECT_EQ(hex(forged(www_query(), {.answers = records})),
            hex(wire("1234 8180 0001 0001 0000 0000") + wire(kQuestion) +
                wire("c00c 0001 0001 00000005 0004 0a141e63")));
}

TEST(DnsForge, CopiesRdAndCdAndNoOtherFlag) {
  const Bytes rest = wire("0001 0000 0000 0000") + kWwwExample + wire("0001 0001");
  // AA, TC, RD, Z, AD and CD of the query are set; then none.
  EXPECT_EQ(Header(forged(wire("0001 0770") + rest, {})).flags(), 0x8190);
  EXPECT_EQ(Header(forged(wire("0001 0000") + rest, {})).flags(), 0x8080);
}

TEST(DnsForge, GivesOptForOpt) {
  const std::array records{record("A 10.20.30.99")};
  EXPECT_EQ(hex(forged(www_query_with_opt(), {.answers = records})),
            hex(wire("1234 8180 0001 0001 0000 0001") + wire(kQuestion) +
                wire("c00c 0001 0001 00000005 0004 0a141e63") + wire(kOptOut)));
}

TEST(DnsForge, CopiesDo) {
  const Bytes without_do = wire("00 0029 1000 00 00 0000 0000");
  EXPECT_EQ(hex(forged(www_query_with_opt(without_do), {})),
            hex(wire("1234 8180 0001 0000 0000 0001") + wire(kQuestion) +
                wire("00 0029 04d0 00 00 0000 0000")));
}

TEST(DnsForge, TellsAnExtendedErrorOnlyWithOpt) {
  const Reply reply{.rcode = Rcode::server_failure, .extended_error = 4};
  EXPECT_EQ(hex(forged(www_query_with_opt(), reply)),
            hex(wire("1234 8182 0001 0000 0000 0001") + wire(kQuestion) +
                wire("00 0029 04d0 00 00 8000 0006 | 000f 0002 0004")));
  EXPECT_EQ(hex(forged(www_query(), reply)),
            hex(wire("1234 8182 0001 0000 0000 0000") + wire(kQuestion)));
}

TEST(DnsForge, PutsTheSoaOfANegativeAnswerAtTheParent) {
  const Record soa = record("SOA . . 1 2 3 4 5");
  const std::string data =
      "0006 0001 00000005 0016 00 00 00000001 00000002 00000003 00000004 00000005";
  EXPECT_EQ(
      hex(forged(www_query(), {.rcode = Rcode::name_error, .soa = &soa})),
      hex(wire("1234 8183 0001 0000 0001 0000") + wire(kQuestion) + wire("c010") + wire(data)));
}

TEST(DnsForge, KeepsTheOwnerThatASoaNames) {
  const Record soa = record("example. SOA . . 1 2 3 4 5");
  const Bytes reply = forged(www_query(), {.soa = &soa});
  EXPECT_EQ(hex(ByteView(reply).subspan(29, 9)), hex(wire("07'example' 00")));
}

TEST(DnsForge, PutsTheSoaAtTheRootForTheRoot) {
  const Record soa = record("SOA . . 1 2 3 4 5");
  const Bytes reply = forged(wire("0001 0000 0001 0000 0000 0000 | 00 0001 0001"), {.soa = &soa});
  EXPECT_EQ(hex(ByteView(reply).subspan(17, 2)), "c00c");
}

TEST(DnsForge, AnswersWithTheRecordsOfTheTypeAskedFor) {
  const std::array records{record("CNAME b."), record("b. A 1.2.3.4"), record("b. AAAA ::1")};
  const Bytes reply = forged(www_query(), {.answers = records});
  EXPECT_EQ(Header(reply).answers(), 2);
  EXPECT_EQ(hex(ByteView(reply).subspan(29)),
            hex(wire("c00c 0005 0001 00000005 0003 01'b' 00") +
                wire("01'b' 00 0001 0001 00000005 0004 01020304")));
}

// n records of 16 bytes each behind header and question (29 bytes) and OPT (11).
std::vector<Record> addresses(std::size_t count) {
  return std::vector<Record>(count, record("A 1.2.3.4"));
}

TEST(DnsForge, TruncatesOver512BytesForAClientWithoutEdns) {
  EXPECT_EQ(forged(www_query(), {.answers = addresses(30)}).size(), 509u);
  EXPECT_EQ(hex(forged(www_query(), {.answers = addresses(31)})),
            hex(wire("1234 8380 0001 0000 0000 0000") + wire(kQuestion)));
}

TEST(DnsForge, TruncatesOverMaxUdpAndKeepsOpt) {
  EXPECT_EQ(forged(www_query_with_opt(), {.answers = addresses(74)}).size(), 1224u);
  EXPECT_EQ(hex(forged(www_query_with_opt(), {.answers = addresses(75)})),
            hex(wire("1234 8380 0001 0000 0000 0001") + wire(kQuestion) + wire(kOptOut)));
}

TEST(DnsForge, TruncatesWhenOnlyOptDoesNotFit) {
  // 29 + 30 * 16 = 509 bytes fit into 512, the 11 of OPT do not.
  const Bytes small = www_query_with_opt(wire("00 0029 0200 00 00 0000 0000"));
  EXPECT_TRUE(Header(forged(small, {.answers = addresses(30)})).truncated());
}

TEST(DnsForge, SendsOverTcpWhateverFits) {
  const Bytes reply = forged(www_query(), {.answers = addresses(4000)}, Transport::tcp);
  EXPECT_EQ(reply.size(), 29u + 4000u * 16u);
  EXPECT_EQ(Header(reply).answers(), 4000);
}

TEST(DnsForge, LimitsUdpByClientAndConfigurationButNotBelow512) {
  EXPECT_EQ(reply_limit(Transport::udp, {}), 512u);
  EXPECT_EQ(reply_limit(Transport::udp, {.present = true, .udp_size = 100}), 512u);
  EXPECT_EQ(reply_limit(Transport::udp, {.present = true, .udp_size = 1000}), 1000u);
  EXPECT_EQ(reply_limit(Transport::udp, {.present = true, .udp_size = 4096}), 1232u);
  EXPECT_EQ(reply_limit(Transport::udp, {.present = true, .udp_size = 4096}, 1400), 1400u);
  EXPECT_EQ(reply_limit(Transport::tcp, {}), 65535u);
}

TEST(DnsForge, AnswersAnUnknownEdnsVersionWithBadvers) {
  const std::array records{record("A 10.20.30.99")};
  EXPECT_EQ(
      hex(forged(www_query_with_opt(wire("00 0029 1000 00 01 0000 0000")), {.answers = records})),
      hex(wire("1234 8180 0001 0000 0000 0001") + wire(kQuestion) +
          wire("00 0029 04d0 01 00 0000 0000")));
}

TEST(DnsForge, AnswersTwoOptsWithFormerr) {
  const Bytes query = www_query("0001 0000 0000 0002") + kOptDo + kOptDo;
  EXPECT_EQ(hex(forged(query, {})),
            hex(wire("1234 8181 0001 0000 0000 0001") + wire(kQuestion) + wire(kOptOut)));
}

TEST(DnsForge, WithoutOptTurnsACodeThatDoesNotFitIntoServfail) {
  EXPECT_EQ(Header(forged(www_query(), {.rcode = Rcode::bad_version})).rcode(),
            Rcode::server_failure);
}

TEST(DnsForge, NeverFailsWithRoomForAnyQuestion) {
  Bytes name;
  for (int i = 0; i < 3; ++i) name = name + wire("3f") + Bytes(63, std::byte{'x'});
  name = name + wire("3d") + Bytes(61, std::byte{'y'}) + wire("00");
  const Bytes query = wire("1234 0100 0001 0000 0000 0001") + name + wire("0001 0001") + kOptDo;
  EXPECT_EQ(forged(query, {.extended_error = 4}).size(), 12u + 255u + 4u + 17u);
}

TEST(DnsForge, MayTakeThePlaceOfTheQuery) {
  const std::array records{record("A 10.20.30.99")};
  const Bytes query = www_query_with_opt();
  const Bytes elsewhere = forged(query, {.answers = records});
  std::array<std::byte, kMaxUdp> buffer{};
  std::ranges::copy(query, buffer.begin());
  const ByteView in_place(buffer.data(), query.size());
  const Query parsed = parse_query(in_place);
  const Edns edns = read_edns(in_place, parsed.question.end());
  const auto out = forge(buffer, in_place, parsed.question, edns, {.answers = records}, kMaxUdp);
  EXPECT_EQ(hex(out), hex(elsewhere));
}

TEST(DnsForge, WritesNothingWhereEvenTheQuestionDoesNotFit) {
  const Bytes query = www_query();
  const Query parsed = parse_query(query);
  std::array<std::byte, 28> small;
  EXPECT_TRUE(forge(small, query, parsed.question, {}, {}, kMaxMessage).empty());
}

TEST(DnsForge, RefusesWithABareHeader) {
  std::array<std::byte, kHeaderSize> out;
  EXPECT_EQ(hex(forge_refusal(out, www_query("0002 0000 0000 0000"), Rcode::format_error)),
            "123481810000000000000000");
  const Bytes notify = wire("1234 2000 0001 0000 0000 0000");
  EXPECT_EQ(hex(forge_refusal(out, notify, Rcode::not_implemented)), "1234a0840000000000000000");
}

}  // namespace
}  // namespace firedrill::dns
