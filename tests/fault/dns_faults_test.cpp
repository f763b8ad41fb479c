#include "proxy/codec/dns/forge.h"
#include "proxy/codec/dns/records.h"
#include "tests/codec/dns_bytes.h"
#include "tests/codec/dns_oracle.h"
#include "tests/fault/support.h"

#include <gmock/gmock.h>

namespace firedrill {
namespace {

using namespace test;
using Action = QueryVerdict::Action;

QueryVerdict ask(const FaultSpecPtr& spec, std::uint16_t qtype = 1,
                 Direction direction = Direction::request) {
  dns::Question question;
  question.qtype = qtype;
  question.qclass = dns::kClassIn;
  Rng rng(1);
  QueryVerdict verdict;
  const Applied applied =
      spec->on_query({.question = question, .direction = direction}, verdict, rng);
  EXPECT_TRUE(applied == Applied::yes || verdict.action == Action::forward);
  return verdict;
}

TEST(DnsAnswer, AnswersWithItsRecordsAndTheirTtl) {
  const auto fault = compile("dns.answer", R"({"records": ["A 10.20.30.99", "9s A 10.0.0.1"]})");
  const QueryVerdict verdict = ask(fault.spec);
  ASSERT_EQ(verdict.action, Action::reply);
  ASSERT_EQ(verdict.reply->answers.size(), 2u);
  EXPECT_EQ(verdict.reply->answers[0].ttl, 5u);
  EXPECT_EQ(verdict.reply->answers[1].ttl, 9u);
}

TEST(DnsAnswer, SaysThatThereIsNothingOfOtherTypesOrPassesThem) {
  const auto nodata = compile("dns.answer", R"({"records": "A 10.0.0.1"})");
  const QueryVerdict verdict = ask(nodata.spec, 28);
  ASSERT_EQ(verdict.action, Action::reply);
  EXPECT_TRUE(verdict.reply->answers.empty());
  EXPECT_NE(verdict.reply->soa, nullptr);
  const auto pass = compile("dns.answer", R"({"records": "A 10.0.0.1", "other_types": "pass"})");
  EXPECT_EQ(ask(pass.spec, 28).action, Action::forward);
}

// version.bind, which a server answers for itself, is asked for in class CH.
TEST(DnsAnswer, LeavesQuestionsOfOtherClasses) {
  dns::Question question;
  question.qtype = 1;
  constexpr std::uint16_t kChaos = 3;
  question.qclass = kChaos;
  Rng rng(1);
  for (const auto& fault :
       {compile("dns.answer", R"({"records": "A 10.0.0.1"})"), compile("dns.loop", "{}")}) {
    QueryVerdict verdict;
    const Applied applied = fault.spec->on_query(
        {.question = question, .direction = Direction::response}, verdict, rng);
    EXPECT_EQ(applied, Applied::spared);
    EXPECT_EQ(verdict.action, Action::forward);
  }
}

TEST(DnsAnswer, RefusesWhatIsNoRecordWithItsPath) {
  EXPECT_THAT(refusal("dns.answer", R"({"records": ["A 10.0.0.1", "A 10.0.0.256"]})"),
              testing::StartsWith("with.records[1]: "));
  EXPECT_EQ(refusal("dns.answer", R"({"records": "A 10.0.0.1", "ttl": "1500ms"})"),
            "with.ttl: must be whole seconds");
}

TEST(DnsRcode, AnswersWithTheCodeAndLetsNxdomainBeKept) {
  EXPECT_EQ(ask(compile("dns.servfail", "{}").spec).reply->rcode, dns::Rcode::server_failure);
  EXPECT_EQ(ask(compile("dns.servfail", "{}").spec).reply->soa, nullptr);
  EXPECT_EQ(ask(compile("dns.refused", "{}").spec).reply->rcode, dns::Rcode::refused);
  const auto fault = compile("dns.nxdomain", R"({"negative_ttl": "7s"})");
  const QueryVerdict verdict = ask(fault.spec);
  EXPECT_EQ(verdict.reply->rcode, dns::Rcode::name_error);
  EXPECT_EQ(verdict.reply->soa->ttl, 7u);
  const auto any = compile("dns.rcode", R"({"rcode": "NOTIMP", "extended_error": 4})");
  EXPECT_EQ(ask(any.spec).reply->rcode, dns::Rcode::not_implemented);
  EXPECT_EQ(ask(any.spec).reply->extended_error, 4);
  const auto numbered = compile("dns.rcode", R"({"rcode": "rcode17"})");
  EXPECT_EQ(ask(numbered.spec).reply->rcode, static_cast<dns::Rcode>(17));
  for (const auto* wrong : {"RCODE", "RCODE4096", "RCODE1x"}) {
    EXPECT_NE(refusal("dns.rcode", R"({"rcode": ")" + std::string(wrong) + R"("})"), "") << wrong;
  }
}

TEST(DnsFaults, TellHowLongClientsMayKeepWhatTheyInject) {
  using namespace std::chrono_literals;
  const auto ttl = [](std::string_view type, std::string_view with) {
    return compile(type, with).spec->injected_ttl();
  };
  EXPECT_EQ(ttl("dns.answer", R"({"records": ["A 10.0.0.1", "60s A 10.0.0.2"]})"), 60s);
  EXPECT_EQ(ttl("dns.answer", R"({"records": "1s A 10.0.0.1", "ttl": "9s"})"), 9s);
  EXPECT_EQ(ttl("dns.nxdomain", R"({"negative_ttl": "7s"})"), 7s);
  EXPECT_EQ(ttl("dns.nodata", R"({"negative_ttl": "8s"})"), 8s);
  EXPECT_EQ(ttl("dns.ttl", R"({"set": "6s"})"), 6s);
  EXPECT_EQ(ttl("dns.ttl", R"({"at_least": "5s", "at_most": "9s"})"), 5s);
  EXPECT_EQ(ttl("dns.ttl", R"({"scale": 3, "at_most": "9s"})"), 9s);
  EXPECT_EQ(ttl("dns.ttl", R"({"at_most": "9s"})"), 0s);
  EXPECT_EQ(ttl("dns.servfail", R"({"negative_ttl": "7s"})"), 0s);
  EXPECT_EQ(ttl("dns.drop", "{}"), 0s);
}

TEST(DnsNodata, SaysThatThereIsNothingForAsLongAsItIsTold) {
  const auto fault = compile("dns.nodata", R"({"negative_ttl": "7s"})");
  const QueryVerdict verdict = ask(fault.spec);
  ASSERT_EQ(verdict.action, Action::reply);
  EXPECT_EQ(verdict.reply->rcode, dns::Rcode::no_error);
  EXPECT_TRUE(verdict.reply->answers.empty());
  EXPECT_EQ(verdict.reply->soa->ttl, 7u);
}

TEST(DnsDrop, DropsTheQueryOrOnlyItsReply) {
  EXPECT_EQ(ask(compile("dns.drop", "{}").spec).action, Action::drop);
  const auto reached = compile("dns.drop", R"({"reach": "upstream"})");
  EXPECT_EQ(ask(reached.spec).action, Action::forward);
  EXPECT_TRUE(reached.spec->sees_reply(Direction::response));
}

TEST(DnsDelay, HoldsQueriesOrRepliesByItsDirection) {
  const auto delay = compile("dns.delay", R"({"delay": "20ms"})");
  EXPECT_EQ(ask(delay.spec, 1, Direction::request).delay, 20ms);
  EXPECT_EQ(ask(delay.spec, 1, Direction::both).delay, 20ms);
  EXPECT_EQ(ask(delay.spec, 1, Direction::response).delay, 0ms);
  EXPECT_FALSE(delay.spec->sees_reply(Direction::request));
  EXPECT_TRUE(delay.spec->sees_reply(Direction::both));
  EXPECT_TRUE(delay.spec->waits_for_response(Direction::response));
  EXPECT_FALSE(delay.spec->waits_for_response(Direction::both));
}

TEST(DnsLame, AnswersWithNothingAndWithoutRecursion) {
  const QueryVerdict verdict = ask(compile("dns.lame", "{}").spec);
  ASSERT_EQ(verdict.action, Action::reply);
  EXPECT_EQ(verdict.reply->rcode, dns::Rcode::no_error);
  EXPECT_TRUE(verdict.reply->answers.empty());
  EXPECT_EQ(verdict.reply->soa, nullptr);
  EXPECT_FALSE(verdict.reply->recursion);
}

// The answer to `www.example`, as libldns reads it.
std::string loop_of(std::string_view with) {
  const Bytes query = dns::testing::www_query();
  const dns::Question question = dns::parse_query(query).question;
  const auto fault = compile("dns.loop", with);
  Rng rng(1);
  QueryVerdict verdict;
  fault.spec->on_query({.question = question, .direction = Direction::response}, verdict, rng);
  Bytes message(dns::kMinReply);
  message.resize(
      dns::forge(message, query, question, dns::Edns{}, *verdict.reply, message.size()).size());
  return dns::testing::read_by_ldns(message);
}

TEST(DnsLoop, LeadsBackToTheNameAfterSoManyAliases) {
  EXPECT_EQ(loop_of(R"({"length": 1})"), "wWw.eXample.\t5\tIN\tCNAME\twWw.eXample.\n");
  EXPECT_EQ(loop_of(R"({"length": 3, "ttl": "9s"})"),
            "wWw.eXample.\t9\tIN\tCNAME\tc1.wWw.eXample.\n"
            "c1.wWw.eXample.\t9\tIN\tCNAME\tc2.wWw.eXample.\n"
            "c2.wWw.eXample.\t9\tIN\tCNAME\twWw.eXample.\n");
  EXPECT_EQ(refusal("dns.loop", R"({"length": 33})"),
            "with.length: must be from 1 to 32, not \"33\"");
}

TEST(DnsFamily, TouchesOnlyQueriesOfItsFamily) {
  const auto drop = compile("dns.family", R"({"family": "ipv6"})");
  EXPECT_EQ(ask(drop.spec, 28).action, Action::drop);
  EXPECT_EQ(ask(drop.spec, 1).action, Action::forward);
  const auto nodata = compile("dns.family", R"({"family": "ipv4", "action": "nodata"})");
  EXPECT_EQ(ask(nodata.spec, 1).action, Action::reply);
  EXPECT_EQ(ask(nodata.spec, 28).action, Action::forward);
  const auto held = compile("dns.family", R"({"action": "delay", "delay": "3s"})");
  EXPECT_EQ(ask(held.spec, 28).delay, 3s);
  EXPECT_EQ(refusal("dns.family", R"({"action": "delay"})"),
            "with.delay: is required when the action is delay");
  EXPECT_EQ(refusal("dns.family", R"({"delay": "3s"})"),
            "with.delay: means nothing unless the action is delay");
}

}  // namespace
}  // namespace firedrill
