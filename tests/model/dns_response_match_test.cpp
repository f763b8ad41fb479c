#include "proxy/model/dns_response_match.h"

#include "tests/fault/dns_reply_fault.h"
#include "tests/model/reading.h"

namespace firedrill {
namespace {

using test::reply_with;

// Whether the `response` of a dns match accepts a reply.
bool takes(std::string_view json, const Bytes& message) {
  const Match match = match_of(Family::dns, R"({"response": )" + std::string(json) + "}");
  EXPECT_TRUE(match.asks_for_response());
  return match.accepts(dns::EditableReply::parse(message).value());
}

std::string mistakes(std::string_view json) {
  return mistakes_of(Family::dns, R"({"response": )" + std::string(json) + "}");
}

TEST(DnsResponseMatch, TakesResponseCodes) {
  Bytes missing = reply_with({});
  missing[3] |= std::byte{3};
  EXPECT_TRUE(takes(R"({"rcode": ["NXDOMAIN", "SERVFAIL"]})", missing));
  EXPECT_TRUE(takes(R"({"rcode": "nxdomain"})", missing));
  EXPECT_FALSE(takes(R"({"rcode": "NOERROR"})", missing));
}

TEST(DnsResponseMatch, CountsTheAnswers) {
  const Bytes two = reply_with({"A 10.0.0.1", "A 10.0.0.2"});
  EXPECT_TRUE(takes(R"({"answers": 2})", two));
  EXPECT_FALSE(takes(R"({"answers": 1})", two));
  EXPECT_TRUE(takes(R"({"answers": {"min": 2}})", two));
  EXPECT_FALSE(takes(R"({"answers": {"min": 3}})", two));
  EXPECT_TRUE(takes(R"({"answers": {"min": 1, "max": 2}})", two));
  EXPECT_TRUE(takes(R"({"answers": 0})", reply_with({})));
}

TEST(DnsResponseMatch, LooksForAddressesOfBothFamilies) {
  const Bytes four = reply_with({"CNAME h.example.", "h.example. A 10.0.0.9"});
  const Bytes six = reply_with({"AAAA 2001:db8::5"}, 28);
  EXPECT_TRUE(takes(R"({"contains": ["192.0.2.1", "10.0.0.0/24"]})", four));
  EXPECT_FALSE(takes(R"({"contains": "10.0.1.0/24"})", four));
  EXPECT_TRUE(takes(R"({"contains": "2001:db8::/32"})", six));
  EXPECT_FALSE(takes(R"({"contains": "10.0.0.0/8"})", six));
}

TEST(DnsResponseMatch, AsksForNothingWithoutParts) {
  EXPECT_FALSE(match_of(Family::dns, R"({"response": {}})").asks_for_response());
  EXPECT_FALSE(match_of(Family::dns, R"({"name": "a.example"})").asks_for_response());
}

TEST(DnsResponseMatch, RefusesWhatCanNeverBe) {
  EXPECT_EQ(mistakes(R"({"answers": {"min": 3, "max": 2}})"),
            "match.response.answers.max: must not be less than min");
  EXPECT_EQ(mistakes(R"({"contains": []})"),
            "match.response.contains: must not be empty; leave it out to match everything");
  EXPECT_NE(mistakes(R"({"rcode": "NOPE"})"), "");
  EXPECT_NE(mistakes(R"({"status": 200})"), "");
}

}  // namespace
}  // namespace firedrill
