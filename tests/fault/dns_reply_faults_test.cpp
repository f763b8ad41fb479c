#include "tests/codec/dns_oracle.h"
#include "tests/fault/dns_reply_fault.h"

#include <gmock/gmock.h>

#include <map>
#include <set>

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

const std::vector<std::string> kThree{"A 10.0.0.1", "A 10.0.0.2", "A 10.0.0.3"};

std::vector<std::uint32_t> ttls(ByteView message) {
  std::vector<std::uint32_t> found;
  const auto reply = dns::EditableReply::parse(message).value();
  for (const auto& record : reply.answers()) found.push_back(record.ttl);
  return found;
}

TEST(DnsTtl, SetsScalesAndBounds) {
  const Bytes reply = reply_with({"10s A 10.0.0.1", "100s A 10.0.0.2"});
  const auto changed = [&](std::string_view with) {
    return ttls(ReplyFaultAsked("dns.ttl", with).ask(reply).message);
  };
  EXPECT_THAT(changed(R"({"set": "0s"})"), ElementsAre(0, 0));
  EXPECT_THAT(changed(R"({"at_most": "30s"})"), ElementsAre(10, 30));
  EXPECT_THAT(changed(R"({"at_least": "30s"})"), ElementsAre(30, 100));
  EXPECT_THAT(changed(R"({"scale": 0.5, "at_most": "20s"})"), ElementsAre(5, 20));
  EXPECT_THAT(changed(R"({"scale": 1000000, "at_least": "1s"})"),
              ElementsAre(10'000'000, 100'000'000));
}

TEST(DnsTtl, RefusesWhatContradictsItself) {
  EXPECT_EQ(refusal("dns.ttl", "{}"),
            "with.set: must be given, or one of scale, at_least and at_most");
  EXPECT_EQ(refusal("dns.ttl", R"({"set": "1s", "scale": 2})"),
            "with.set: must not stand beside scale, at_least or at_most");
  EXPECT_EQ(refusal("dns.ttl", R"({"at_least": "9s", "at_most": "3s"})"),
            "with.at_most: must not be less than at_least");
  EXPECT_EQ(refusal("dns.ttl", R"({"set": "1500ms"})"), "with.set: must be whole seconds");
}

TEST(DnsTtl, HasNothingToDoWithoutRecords) {
  const auto seen = ReplyFaultAsked("dns.ttl", R"({"set": "0s"})").ask(reply_with({}));
  EXPECT_EQ(seen.applied, Applied::no);
}

TEST(DnsSubset, KeepsTheSameAddressesForAClientInWhateverOrderTheyCome) {
  ReplyFaultAsked fault("dns.subset", R"({"keep": 2})");
  const auto first = hosts(fault.ask(reply_with(kThree), 5).message);
  ASSERT_EQ(first.size(), 2u);
  const Bytes turned = reply_with({"A 10.0.0.3", "A 10.0.0.1", "A 10.0.0.2"});
  EXPECT_THAT(hosts(fault.ask(turned, 5).message), UnorderedElementsAre(first[0], first[1]));
}

TEST(DnsSubset, GivesClientsOrQueriesDifferentOnes) {
  ReplyFaultAsked by_client("dns.subset", "{}");
  ReplyFaultAsked by_query("dns.subset", R"({"pick": "query"})");
  std::set<unsigned> of_clients, of_queries;
  for (std::uint64_t i = 0; i < 50; ++i) {
    of_clients.insert(hosts(by_client.ask(reply_with(kThree), i).message).at(0));
    of_queries.insert(hosts(by_query.ask(reply_with(kThree), 1).message).at(0));
  }
  EXPECT_EQ(of_clients.size(), 3u);
  EXPECT_EQ(of_queries.size(), 3u);
}

TEST(DnsSubset, LeavesAliasesAndHasNothingToDoWithFewAddresses) {
  ReplyFaultAsked fault("dns.subset", "{}");
  const Bytes aliased =
      reply_with({"CNAME h.example.", "h.example. A 10.0.0.1", "h.example. A 10.0.0.2"});
  EXPECT_EQ(hosts(fault.ask(aliased).message).size(), 2u);
  EXPECT_EQ(hosts(fault.ask(aliased).message)[0], 0u);
  EXPECT_EQ(fault.ask(reply_with({"A 10.0.0.1"})).applied, Applied::no);
}

TEST(DnsRotate, TurnsByOneMoreEachTime) {
  ReplyFaultAsked fault("dns.rotate", "{}");
  EXPECT_THAT(hosts(fault.ask(reply_with(kThree)).message), ElementsAre(2, 3, 1));
  EXPECT_THAT(hosts(fault.ask(reply_with(kThree)).message), ElementsAre(3, 1, 2));
  EXPECT_THAT(hosts(fault.ask(reply_with(kThree)).message), ElementsAre(1, 2, 3));
  EXPECT_EQ(fault.ask(reply_with({"A 10.0.0.1"})).applied, Applied::no);
}

TEST(DnsShuffle, GivesEveryOrderAboutAsOften) {
  ReplyFaultAsked fault("dns.shuffle", "{}");
  std::map<std::vector<unsigned>, int> orders;
  for (int i = 0; i < 600; ++i) ++orders[hosts(fault.ask(reply_with(kThree)).message)];
  EXPECT_EQ(orders.size(), 6u);
  for (const auto& [order, count] : orders) EXPECT_GT(count, 60);
}

TEST(DnsReorder, PutsTheAliasLastOrReverses) {
  const Bytes chain = reply_with({"CNAME a.example.", "a.example. CNAME b.example.",
                                  "b.example. A 10.0.0.1", "b.example. A 10.0.0.2"});
  ReplyFaultAsked last("dns.reorder", "{}");
  EXPECT_THAT(hosts(last.ask(chain).message), ElementsAre(1, 2, 0, 0));
  EXPECT_EQ(last.ask(reply_with(kThree)).applied, Applied::no);
  ReplyFaultAsked reversed("dns.reorder", R"({"order": "reversed"})");
  EXPECT_THAT(hosts(reversed.ask(chain).message), ElementsAre(2, 1, 0, 0));
}

TEST(DnsTruncate, EmptiesAndMarksWhatGoesOverUdp) {
  ReplyFaultAsked fault("dns.truncate", "{}");
  const auto seen = fault.ask(reply_with(kThree));
  EXPECT_TRUE(dns::Header(seen.message).truncated());
  EXPECT_TRUE(hosts(seen.message).empty());
  EXPECT_EQ(fault.ask(reply_with(kThree), 1, dns::Transport::tcp).applied, Applied::no);
  ReplyFaultAsked both("dns.truncate", R"({"over": "both"})");
  const auto tcp = both.ask(reply_with(kThree), 1, dns::Transport::tcp);
  EXPECT_TRUE(dns::Header(tcp.message).truncated());
}

TEST(DnsStale, KeepsTheFirstAnswerOfEachNameAndType) {
  ReplyFaultAsked fault("dns.stale", "{}");
  EXPECT_THAT(hosts(fault.ask(reply_with({"9s A 10.0.0.1"})).message), ElementsAre(1));
  const auto later = fault.ask(reply_with({"A 10.0.0.2", "A 10.0.0.3"}));
  EXPECT_THAT(hosts(later.message), ElementsAre(1));
  EXPECT_THAT(ttls(later.message), ElementsAre(9));
  EXPECT_THAT(hosts(fault.ask(reply_with({"AAAA ::5"}, 28)).message), ElementsAre(5));
}

TEST(DnsStale, KeepsNoErrorButAnswersInItsPlace) {
  ReplyFaultAsked fault("dns.stale", "{}");
  Bytes failure = reply_with({});
  failure[3] |= std::byte{2};
  EXPECT_EQ(fault.ask(failure).applied, Applied::no);
  fault.ask(reply_with({"A 10.0.0.1"}));
  const auto seen = fault.ask(failure);
  EXPECT_EQ(dns::Header(seen.message).rcode(), dns::Rcode::no_error);
  EXPECT_THAT(hosts(seen.message), ElementsAre(1));
}

TEST(FrozenAnswers, KeepNoneThatIsTooLargeOrOneTooMany) {
  FrozenAnswers answers;
  const auto freeze = [&](const Bytes& message) {
    const auto reply = dns::EditableReply::parse(message).value();
    const auto question = dns::question_of(reply).value();
    return answers.of(question, reply, FrozenAnswers::Freeze::yes) != nullptr;
  };
  std::string text = "TXT";
  for (int i = 0; i < 20; ++i) text += " \"" + std::string(250, 'x') + "\"";
  EXPECT_FALSE(freeze(reply_with({text}, 16)));
  std::size_t kept = 0;
  for (std::uint16_t type = 1; type < 3000; ++type) kept += freeze(reply_with({}, type)) ? 1U : 0U;
  EXPECT_GT(kept, FrozenAnswers::kSlots / 2);
  EXPECT_LE(kept, FrozenAnswers::kSlots);
}

TEST(DnsAnswer, WithReachChangesOnlyTheData) {
  ReplyFaultAsked fault("dns.answer", R"({"records": "A 10.9.9.9", "reach": "upstream"})");
  const auto seen =
      fault.ask(reply_with({"CNAME h.example.", "h.example. A 10.0.0.1", "h.example. A 10.0.0.2"}));
  const auto reply = dns::EditableReply::parse(seen.message).value();
  ASSERT_EQ(reply.answers().size(), 2u);
  EXPECT_EQ(reply.answers()[0].type, dns::kTypeCname);
  EXPECT_EQ(dns::testing::hex(reply.answers()[1].owner),
            dns::testing::hex(dns::testing::wire("01'h' 07'example' 00")));
  EXPECT_EQ(dns::testing::hex(reply.answers()[1].data), "0a090909");
  EXPECT_EQ(reply.answers()[1].ttl, 5u);
}

TEST(DnsAnswer, WithReachGivesTheForgedOneWhereTheUpstreamHasNone) {
  ReplyFaultAsked fault("dns.answer", R"({"records": "A 10.9.9.9", "reach": "upstream"})");
  Bytes nothing = reply_with({});
  nothing[3] |= std::byte{3};
  const auto seen = fault.ask(nothing);
  EXPECT_EQ(dns::Header(seen.message).rcode(), dns::Rcode::no_error);
  EXPECT_THAT(hosts(seen.message), ElementsAre(9));
}

TEST(DnsAnswer, WithReachLeavesNothingOfOtherTypes) {
  ReplyFaultAsked fault("dns.answer", R"({"records": "A 10.9.9.9", "reach": "upstream"})");
  const auto seen = fault.ask(reply_with({"AAAA ::1"}, 28));
  EXPECT_TRUE(hosts(seen.message).empty());
  EXPECT_EQ(dns::Header(seen.message).authorities(), 1);
  ReplyFaultAsked passing(
      "dns.answer", R"({"records": "A 10.9.9.9", "reach": "upstream", "other_types": "pass"})");
  EXPECT_EQ(passing.ask(reply_with({"AAAA ::1"}, 28)).applied, Applied::spared);
}

TEST(DnsDuplicate, SendsTheForgedAnswerAhead) {
  ReplyFaultAsked fault("dns.duplicate", R"({"records": "A 10.9.9.9"})");
  const Bytes message = reply_with({"A 10.0.0.1"});
  const auto seen = fault.ask(message);
  EXPECT_EQ(seen.message, message);
  auto other = dns::EditableReply::parse(message).value();
  seen.verdict.ahead(other);
  EXPECT_THAT(hosts(other.write(512)), ElementsAre(9));
  EXPECT_EQ(fault.ask(reply_with({"AAAA ::1"}, 28)).applied, Applied::spared);
}

// What is no malformation reads the same to somebody else.
TEST(DnsReplyFaults, BuildMessagesThatLdnsReads) {
  const Bytes chain = reply_with(
      {"CNAME h.example.", "h.example. A 10.0.0.1", "h.example. A 10.0.0.2", "MX 5 m.example."});
  const auto read = [&](std::string_view type, std::string_view with) {
    return dns::testing::read_by_ldns(ReplyFaultAsked(type, with).ask(chain).message);
  };
  EXPECT_EQ(read("dns.reorder", "{}"),
            "h.example.\t60\tIN\tA\t10.0.0.1\nh.example.\t60\tIN\tA\t10.0.0.2\n"
            "wWw.eXample.\t60\tIN\tMX\t5 m.example.\n"
            "wWw.eXample.\t60\tIN\tCNAME\th.example.\n");
  EXPECT_EQ(read("dns.rotate", "{}"),
            "wWw.eXample.\t60\tIN\tCNAME\th.example.\n"
            "h.example.\t60\tIN\tA\t10.0.0.2\nh.example.\t60\tIN\tA\t10.0.0.1\n"
            "wWw.eXample.\t60\tIN\tMX\t5 m.example.\n");
  EXPECT_EQ(read("dns.answer", R"({"records": "A 10.9.9.9", "reach": "upstream"})"),
            "wWw.eXample.\t60\tIN\tCNAME\th.example.\nh.example.\t5\tIN\tA\t10.9.9.9\n"
            "wWw.eXample.\t60\tIN\tMX\t5 m.example.\n");
  EXPECT_EQ(read("dns.truncate", "{}"), "");
}

// --- malformed
// -------------------------------------------------------------------------------

Bytes malformed(std::string_view kind, const Bytes& message) {
  return ReplyFaultAsked("dns.malform", R"({"kind": ")" + std::string(kind) + R"("})")
      .ask(message)
      .message;
}

TEST(DnsMalform, AnswersToAnotherIdOrAnotherName) {
  const Bytes message = reply_with(kThree);
  Bytes id = malformed("wrong_id", message);
  EXPECT_NE(dns::Header(id).id(), dns::Header(message).id());
  dns::set_id(id, dns::Header(message).id());
  EXPECT_EQ(id, message);
  Bytes question = malformed("wrong_question", message);
  EXPECT_TRUE(dns::EditableReply::parse(question).has_value());
  EXPECT_EQ(question[13], std::byte{'x'});
  question[13] = message[13];
  EXPECT_EQ(question, message);
}

TEST(DnsMalform, AnswersToAnotherNameInWhateverCaseThisOneIs) {
  for (const char first : {'x', 'X'}) {
    Bytes message = reply_with(kThree);
    message[13] = static_cast<std::byte>(first);
    EXPECT_EQ(malformed("wrong_question", message)[13], std::byte{'y'}) << first;
  }
}

TEST(DnsMalform, MakesRecordsThatCantBeRead) {
  const Bytes message = reply_with(kThree);
  for (const auto* kind : {"bad_pointer", "rdlength"}) {
    const Bytes broken = malformed(kind, message);
    EXPECT_EQ(broken.size(), message.size()) << kind;
    EXPECT_FALSE(dns::EditableReply::parse(broken).has_value()) << kind;
    ReplyFaultAsked fault("dns.malform", R"({"kind": ")" + std::string(kind) + R"("})");
    EXPECT_EQ(fault.ask(reply_with({})).applied, Applied::no) << kind;
  }
}

TEST(DnsMalform, CutsBehindTheHeaderAndAppendsBehindTheEnd) {
  const Bytes message = reply_with(kThree);
  const Bytes cut = malformed("cut", message);
  EXPECT_GE(cut.size(), dns::kHeaderSize);
  EXPECT_LT(cut.size(), message.size());
  EXPECT_TRUE(std::equal(cut.begin(), cut.end(), message.begin()));
  const Bytes longer = malformed("trailing_garbage", message);
  EXPECT_GT(longer.size(), message.size());
  EXPECT_TRUE(std::equal(message.begin(), message.end(), longer.begin()));
}

}  // namespace
}  // namespace firedrill
