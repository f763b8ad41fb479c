#include "proxy/codec/dns/records.h"

#include "proxy/codec/dns/types.h"
#include "tests/codec/dns_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill::dns {
namespace {

using ::testing::HasSubstr;
using testing::hex;
using testing::wire;

// The wire form, or the problem.
std::string compiled(std::string_view text) {
  const auto record = parse_record(text, 5);
  return record ? hex(record->wire) : describe(record.error());
}
std::string canonical(std::string_view text) {
  const auto record = parse_record(text, 5);
  return record ? record->text : describe(record.error());
}
std::string refusal(std::string_view text) {
  const auto record = parse_record(text, 5);
  return record ? "accepted as " + record->text : describe(record.error());
}

TEST(DnsRecord, IsOwnedByTheNameAskedFor) {
  EXPECT_EQ(compiled("A 10.20.30.99"), hex(wire("c00c 0001 0001 00000005 0004 0a141e63")));
  EXPECT_EQ(compiled("AAAA 2001:db8::1"),
            hex(wire("c00c 001c 0001 00000005 0010 20010db8000000000000000000000001")));
}

TEST(DnsRecord, WritesTheNamesInItsDataWithoutCompression) {
  EXPECT_EQ(compiled("CNAME other.example."),
            hex(wire("c00c 0005 0001 00000005 000f 05'other' 07'example' 00")));
  EXPECT_EQ(compiled("MX 10 mx.example."),
            hex(wire("c00c 000f 0001 00000005 000e 000a 02'mx' 07'example' 00")));
  EXPECT_EQ(compiled("SRV 1 65535 443 a."),
            hex(wire("c00c 0021 0001 00000005 0009 0001 ffff 01bb 01'a' 00")));
}

TEST(DnsRecord, ReadsQuotedText) {
  EXPECT_EQ(compiled("TXT \"x\""), hex(wire("c00c 0010 0001 00000005 0002 01'x'")));
  EXPECT_EQ(compiled("TXT \"a b\" \"c;d\""),
            hex(wire("c00c 0010 0001 00000005 0008 03'a b' 03'c;d'")));
  EXPECT_EQ(compiled("TXT \"q\\\"\\200\""), hex(wire("c00c 0010 0001 00000005 0004 03'q' 22 c8")));
}

TEST(DnsRecord, TakesATtlOfItsOwn) {
  EXPECT_EQ(compiled("30s A 1.2.3.4"), hex(wire("c00c 0001 0001 0000001e 0004 01020304")));
  EXPECT_EQ(compiled("1h30m IN A 1.2.3.4"), hex(wire("c00c 0001 0001 00001518 0004 01020304")));
  EXPECT_EQ(parse_record("2147483647 A 1.2.3.4", 5)->ttl, 2147483647u);
}

TEST(DnsRecord, TakesAnOwnerForWhatFollowsACname) {
  const auto record = parse_record("other.example. A 1.2.3.4", 5);
  ASSERT_TRUE(record.has_value());
  EXPECT_FALSE(record->at_question);
  EXPECT_EQ(hex(record->wire),
            hex(wire("05'other' 07'example' 00 0001 0001 00000005 0004 01020304")));
}

TEST(DnsRecord, TakesUnknownTypes) {
  EXPECT_EQ(compiled("TYPE65280 \\# 3 0a0b0c"), hex(wire("c00c ff00 0001 00000005 0003 0a0b0c")));
  EXPECT_EQ(compiled("A \\# 4 01020304"), compiled("A 1.2.3.4"));
}

TEST(DnsRecord, HasACanonicalFormThatParsesBack) {
  EXPECT_EQ(canonical("a 1.2.3.4"), "5s A 1.2.3.4");
  EXPECT_EQ(canonical("1m in  mx\t10   mx.example"), "60s MX 10 mx.example.");
  EXPECT_EQ(canonical("o\\.x.example. TXT hello"), "o\\.x.example. 5s TXT \"hello\"");
  EXPECT_EQ(canonical("AAAA 2001:DB8:0::1"), "5s AAAA 2001:db8::1");
  EXPECT_EQ(canonical("SOA ns. host. 1 1h 600 1w 30"), "5s SOA ns. host. 1 3600 600 604800 30");
  for (const char* text :
       {"TXT \"a\\\"b\" c", "CAA 0 issue \"x\"", ". NS a.", "PTR a\\032b.example."})
    EXPECT_EQ(compiled(canonical(text)), compiled(text)) << text;
}

TEST(DnsRecord, RefusesNumbersThatWouldBeCut) {
  EXPECT_THAT(refusal("SRV 0 0 65536 a."), HasSubstr("must be a number from 0 to 65535"));
  EXPECT_THAT(refusal("SRV 0 70000 1 a."), HasSubstr("must be a number from 0 to 65535"));
  EXPECT_THAT(refusal("MX -1 a."), HasSubstr("must be a number from 0 to 65535"));
  EXPECT_THAT(refusal("MX 1x a."), HasSubstr("must be a number from 0 to 65535"));
  EXPECT_THAT(refusal("CAA 256 issue \"x\""), HasSubstr("must be a number from 0 to 255"));
  EXPECT_THAT(refusal("TLSA 3 1 256 00"), HasSubstr("must be a number from 0 to 255"));
  EXPECT_THAT(refusal("SOA ns. host. 4294967296 1 1 1 1"), HasSubstr("from 0 to 4294967295"));
  EXPECT_THAT(refusal("SOA ns. host. 1 1 1 1 2147483648"), HasSubstr("number of seconds"));
}

TEST(DnsRecord, TakesTypesThatLibldnsReadsLooselyOnlyInCanonicalForm) {
  EXPECT_EQ(canonical("APL 1:192.168.32.0/21"), "5s APL 1:192.168.32.0/21");
  EXPECT_EQ(canonical("IPSECKEY 10 1 2 192.0.2.38 AQID"), "5s IPSECKEY 10 1 2 192.0.2.38 AQID");
  EXPECT_THAT(refusal("IPSECKEY 266 1 2 192.0.2.38 AQID"),
              HasSubstr("would be read as \"10 1 2 192.0.2.38 AQID\""));
}

TEST(DnsRecord, RefusesATtlThatIsTooGreat) {
  EXPECT_THAT(refusal("2147483648 A 1.2.3.4"), HasSubstr("has the TTL"));
  EXPECT_THAT(refusal("100000w A 1.2.3.4"), HasSubstr("has the TTL"));
  EXPECT_THAT(refusal("99999999999999999999 A 1.2.3.4"), HasSubstr("has the TTL"));
  EXPECT_THAT(refusal("5x A 1.2.3.4"), HasSubstr("has the TTL"));
  EXPECT_TRUE(parse_record("A 1.2.3.4", 0x80000000u).has_error());
}

TEST(DnsRecord, RefusesBrokenQuotesAndEscapes) {
  EXPECT_THAT(refusal("TXT \"x"), HasSubstr("never closed"));
  EXPECT_THAT(refusal("TXT \"x\\\""), HasSubstr("never closed"));
  EXPECT_THAT(refusal("TXT \"x\"\"y\""), HasSubstr("needs a blank"));
  EXPECT_THAT(refusal("TXT \"\\300\""), HasSubstr("broken escape"));
  EXPECT_THAT(refusal("TXT \"\\12\""), HasSubstr("broken escape"));
}

TEST(DnsRecord, RefusesWhatHasNoCanonicalForm) {
  EXPECT_THAT(refusal("PTR \"x\""), HasSubstr("is ambiguous"));
}

TEST(DnsRecord, RefusesMoreThanOneRecordOnALine) {
  EXPECT_THAT(refusal("A 1.2.3.4\nA 1.2.3.5"), HasSubstr("line break"));
  EXPECT_THAT(refusal("A 1.2.3.4 ; comment"), HasSubstr("without comments"));
  EXPECT_THAT(refusal("SOA ns. host. (1 1 1 1 1)"), HasSubstr("without comments"));
  EXPECT_THAT(refusal("A 1.2.3.4 5.6.7.8"), ::testing::Not(HasSubstr("accepted")));
}

TEST(DnsRecord, RefusesWhatIsNoRecord) {
  EXPECT_THAT(refusal(""), HasSubstr("must be a record such as"));
  EXPECT_THAT(refusal("A"), HasSubstr("A needs data"));
  EXPECT_THAT(refusal("A 1.2.3"), HasSubstr("is not a record"));
  EXPECT_THAT(refusal("A 1.2.3.256"), HasSubstr("is not a record"));
  EXPECT_THAT(refusal("AA 1.2.3.4"), HasSubstr("unknown record type \"AA\""));
  EXPECT_THAT(refusal("other.example A 1.2.3.4"), HasSubstr("must end with a dot"));
  EXPECT_THAT(refusal("OPT 1"), HasSubstr("not a type that an answer can hold"));
  EXPECT_THAT(refusal("ANY x"), HasSubstr("not a type that an answer can hold"));
  EXPECT_THAT(refusal("TYPE65536 \\# 0"), HasSubstr("unknown record type"));
  EXPECT_THAT(refusal("TYPE65280 \\# 4 0a0b0c"), HasSubstr("two digits for each byte"));
  EXPECT_THAT(refusal("TXT " + std::string(256, 'x')), HasSubstr("is not a record"));
}

TEST(DnsRecords, ReportEveryMistakeWithItsPlace) {
  const std::vector<std::string> texts{"A 1.2.3.4", "A nonsense", "MX 65536 a."};
  const auto records = parse_records(texts, 5, "with.records");
  ASSERT_TRUE(records.has_error());
  ASSERT_EQ(records.error().size(), 2u);
  EXPECT_EQ(records.error()[0].path, "with.records[1]");
  EXPECT_EQ(records.error()[1].path, "with.records[2]");
}

TEST(DnsRecords, MustFitIntoOneMessage) {
  const std::string text = "TYPE65280 \\# 25000 " + std::string(50000, 'a');
  const std::vector<std::string> two{text, text};
  EXPECT_TRUE(parse_records(two, 5, "").has_value());
  const std::vector<std::string> three{text, text, text};
  EXPECT_TRUE(parse_records(three, 5, "").has_error());
}

TEST(DnsRecords, AnswerTheirTypeAndCnamesAnswerAll) {
  const std::vector<std::string> chain{"CNAME b.", "b. A 1.2.3.4"};
  const auto records = parse_records(chain, 5, "");
  ASSERT_TRUE(records.has_value());
  EXPECT_TRUE(answers((*records)[0], 28));
  EXPECT_TRUE(answers((*records)[1], 1));
  EXPECT_FALSE(answers((*records)[1], 28));
  EXPECT_TRUE(answers((*records)[1], kTypeAny));
  EXPECT_FALSE(any_answers(std::span(*records).subspan(1), 28));
}

TEST(DnsTypes, AreReadByNameInAnyCase) {
  EXPECT_EQ(parse_type("aaaa"), 28);
  EXPECT_EQ(parse_type("HTTPS"), 65);
  EXPECT_EQ(parse_type("type65"), 65);
  EXPECT_EQ(parse_type("ANY"), 255);
  EXPECT_EQ(parse_type("TYPE65536"), std::nullopt);
  EXPECT_EQ(parse_type("TYPE"), std::nullopt);
  EXPECT_EQ(parse_type("AX"), std::nullopt);
  EXPECT_EQ(parse_type(""), std::nullopt);
  EXPECT_EQ(type_text(28), "AAAA");
  EXPECT_EQ(type_text(65280), "TYPE65280");
}

TEST(DnsRcodes, AreReadByNameInAnyCase) {
  EXPECT_EQ(parse_rcode("nxdomain"), Rcode::name_error);
  EXPECT_EQ(parse_rcode("BADVERS"), Rcode::bad_version);
  EXPECT_EQ(parse_rcode("NXDOMAINS"), std::nullopt);
  EXPECT_EQ(parse_rcode("rcode17"), static_cast<Rcode>(17));
  EXPECT_EQ(parse_rcode("RCODE4095"), static_cast<Rcode>(4095));
  for (const auto* wrong : {"RCODE", "RCODE4096", "RCODE-1", "RCODE1x", "RCODE99999"}) {
    EXPECT_EQ(parse_rcode(wrong), std::nullopt) << wrong;
  }
  EXPECT_EQ(rcode_text(Rcode::server_failure), "SERVFAIL");
  EXPECT_EQ(rcode_text(static_cast<Rcode>(17)), "RCODE17");
}

}  // namespace
}  // namespace firedrill::dns
