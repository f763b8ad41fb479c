#include "proxy/codec/dns/name.h"

#include "tests/codec/dns_bytes.h"

#include <gtest/gtest.h>

namespace firedrill::dns {
namespace {

using testing::hex;
using testing::wire;

std::string parsed(std::string_view text) {
  const auto name = parse_name(text);
  return name ? hex(*name) : describe(name.error());
}

TEST(DnsName, BecomesLengthPrefixedLabels) {
  EXPECT_EQ(parsed("www.example"), hex(wire("03'www' 07'example' 00")));
  EXPECT_EQ(parsed("www.example."), hex(wire("03'www' 07'example' 00")));
  EXPECT_EQ(parsed("."), "00");
}

TEST(DnsName, ReadsEscapes) {
  EXPECT_EQ(parsed("a\\.b.c"), hex(wire("03'a.b' 01'c' 00")));
  EXPECT_EQ(parsed("a\\032\\255\\\\"), hex(wire("04'a' 20 ff 5c 00")));
}

TEST(DnsName, RefusesWhatIsNoName) {
  EXPECT_TRUE(parse_name("").has_error());
  EXPECT_TRUE(parse_name("..").has_error());
  EXPECT_TRUE(parse_name("a..b").has_error());
  EXPECT_TRUE(parse_name(".a").has_error());
  EXPECT_TRUE(parse_name("a\\").has_error());
  EXPECT_TRUE(parse_name("a\\25").has_error());
  EXPECT_TRUE(parse_name("a\\256").has_error());
}

TEST(DnsName, HoldsTheLimitsOfLabelAndName) {
  const std::string label63(63, 'x');
  EXPECT_TRUE(parse_name(label63).has_value());
  EXPECT_TRUE(parse_name(label63 + "x").has_error());
  // Three labels of 64 bytes on the wire, one of 62 and the root: 255.
  const std::string most = label63 + "." + label63 + "." + label63 + "." + std::string(61, 'y');
  ASSERT_TRUE(parse_name(most).has_value());
  EXPECT_EQ(parse_name(most)->size(), 255u);
  EXPECT_TRUE(parse_name(most + "y").has_error());
}

TEST(DnsName, IsShownSoThatItParsesBack) {
  EXPECT_EQ(name_text(wire("03'www' 07'Example' 00")), "www.Example");
  EXPECT_EQ(name_text(wire("00")), ".");
  const Bytes odd = wire("05'a.b' 20 5c 02 00 ff 00");
  EXPECT_EQ(name_text(odd), "a\\.b\\032\\\\.\\000\\255");
  EXPECT_EQ(parsed(name_text(odd)), hex(odd));
}

TEST(FoldedName, LowersLettersOnly) {
  const FoldedName name(wire("06'aB@[Z`' 00"));
  EXPECT_EQ(hex(name.bytes()), hex(wire("06'ab@[z`' 00")));
}

TEST(FoldedName, HashesEverySuffixAlikeInEveryName) {
  const FoldedName name(wire("01'a' 02'BB' 03'ccc' 00"));
  ASSERT_EQ(name.labels(), 3u);
  EXPECT_EQ(name.hash(1), FoldedName(wire("02'bb' 03'ccc' 00")).hash());
  EXPECT_EQ(name.hash(2), FoldedName(wire("03'CCC' 00")).hash());
  EXPECT_EQ(name.hash(3), FoldedName(wire("00")).hash());
  EXPECT_EQ(hex(name.suffix(2)), hex(wire("03'ccc' 00")));
  EXPECT_NE(name.hash(0), name.hash(1));
}

TEST(FoldedName, TellsLabelBoundariesApart) {
  EXPECT_NE(FoldedName(wire("01'a' 01'b' 00")).hash(), FoldedName(wire("03'a' 01 'b' 00")).hash());
}

TEST(FoldedName, HoldsTheLongestNames) {
  Bytes most_labels;
  for (int i = 0; i < 127; ++i) most_labels = testing::operator+(most_labels, wire("01'x'"));
  most_labels.push_back(std::byte{0});
  const FoldedName name(most_labels);
  EXPECT_EQ(name.labels(), 127u);
  EXPECT_EQ(name.bytes().size(), 255u);
  EXPECT_EQ(name.hash(126), FoldedName(wire("01'X' 00")).hash());
}

bool matches(std::string_view pattern, std::string_view name) {
  return NamePattern::parse(pattern)->matches(FoldedName(*parse_name(name)));
}

TEST(NamePattern, ExactMeansThatNameInAnyCase) {
  EXPECT_TRUE(matches("API.example", "api.EXAMPLE."));
  EXPECT_FALSE(matches("api.example", "x.api.example"));
  EXPECT_FALSE(matches("api.example", "example"));
}

TEST(NamePattern, AsteriskMeansBelowByWholeLabels) {
  EXPECT_TRUE(matches("*.example", "api.Example"));
  EXPECT_TRUE(matches("*.example", "a.b.example"));
  EXPECT_FALSE(matches("*.example", "example"));
  EXPECT_FALSE(matches("*.example", "myexample"));
  EXPECT_TRUE(matches("*", "example"));
  EXPECT_FALSE(matches("*", "."));
}

TEST(NamePattern, ALeadingDotMeansTheNameAndAllBelow) {
  EXPECT_TRUE(matches(".example", "EXAMPLE"));
  EXPECT_TRUE(matches(".example", "a.b.example"));
  EXPECT_FALSE(matches(".example", "myexample"));
  EXPECT_TRUE(NamePattern::parse("..").has_error());
  EXPECT_TRUE(NamePattern::parse("..a").has_error());
}

TEST(NamePattern, GivesTheHashThatTheNamesHave) {
  const auto pattern = NamePattern::parse("*.b.c");
  EXPECT_EQ(pattern->kind(), NamePattern::Kind::below);
  EXPECT_EQ(pattern->hash(), FoldedName(wire("01'a' 01'B' 01'C' 00")).hash(1));
  EXPECT_EQ(hex(pattern->name()), hex(wire("01'b' 01'c' 00")));
}

TEST(NamePattern, RefusesWhatIsNoName) {
  EXPECT_TRUE(NamePattern::parse("*.").has_value());
  EXPECT_TRUE(NamePattern::parse("*..a").has_error());
  EXPECT_TRUE(NamePattern::parse("").has_error());
}

}  // namespace
}  // namespace firedrill::dns
