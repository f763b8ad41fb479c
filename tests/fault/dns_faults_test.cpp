#include "proxy/codec/dns/records.h"
#include "tests/fault/support.h"

#include <gmock/gmock.h>

namespace firedrill {
namespace {

using namespace test;
using Action = QueryVerdict::Action;

QueryVerdict ask(const FaultSpecPtr& spec, std::uint16_t qtype = 1, QueryVerdict verdict = {}) {
  dns::Question question;
  question.qtype = qtype;
  Rng rng(1);
  spec->on_query(question, verdict, rng);
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
  EXPECT_EQ(ttl("dns.servfail", R"({"negative_ttl": "7s"})"), 0s);
  EXPECT_EQ(ttl("dns.drop", "{}"), 0s);
}

TEST(DnsDrop, DropsOnlyWhatNobodyHasAnswered) {
  const auto drop = compile("dns.drop", "{}");
  EXPECT_EQ(ask(drop.spec).action, Action::drop);
  const auto nodata = compile("dns.nodata", "{}");
  EXPECT_EQ(ask(drop.spec, 1, ask(nodata.spec)).action, Action::reply);
  EXPECT_EQ(ask(nodata.spec, 1, ask(drop.spec)).action, Action::drop);
}

TEST(DnsDelay, AddsUp) {
  const auto delay = compile("dns.delay", R"({"delay": "20ms"})");
  EXPECT_EQ(ask(delay.spec, 1, ask(delay.spec)).delay, std::chrono::milliseconds(40));
}

}  // namespace
}  // namespace firedrill
