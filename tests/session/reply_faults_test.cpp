// What is decided about one query and its reply, and what is noted and counted of it.

#include "proxy/session/query_decision.h"
#include "tests/fault/dns_reply_fault.h"
#include "tests/session/dns_plug.h"

#include <gmock/gmock.h>

#include <malloc.h>

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;

const std::vector<std::string> kTwo{"A 10.0.0.1", "300s A 10.0.0.2"};

ActiveRules rules_of(const std::vector<RulePtr>& all) {
  ActiveRules rules;
  for (const RulePtr& rule : all) {
    rules.all.push_back(rule);
    rules.query.add(rule);
  }
  return rules;
}

// One query for www.example, from its question to what is sent.
struct Asking {
  explicit Asking(const std::vector<RulePtr>& all) : rules(rules_of(all)) {
    const dns::Question asked = dns::parse_query(query).question;
    const QuerySeen seen{.peer = peer,
                         .request = 1,
                         .message = query,
                         .question = asked,
                         .transport = dns::Transport::udp,
                         .max_udp = dns::kMaxUdp};
    decision = decide(rules, seen, kStart, counts);
    note_hits(log, decision, peer, asked, dns::Transport::udp);
  }

  QueryDelay decide_reply(const Bytes& reply) {
    return decision.faults->decide(reply, rules, counts, log, kStart);
  }
  std::vector<Bytes> apply(const Bytes& reply) {
    return decision.faults->apply(reply, rules, log, kStart);
  }
  std::size_t noted(const RulePtr& rule) const { return log.of(rule->state).size(); }

  const Bytes query = www_query();
  const Peer peer = {};
  ActiveRules rules;
  ConnectionCounts counts;
  HitLog log;
  QueryDecision decision;
};

TEST(ReplyFaults, NoteAHitWhenItIsDone) {
  const RulePtr rotate = rule("dns.rotate");
  Asking asking({rotate});
  EXPECT_EQ(asking.noted(rotate), 0u);
  asking.decide_reply(reply_with(kTwo));
  EXPECT_EQ(asking.noted(rotate), 0u);
  EXPECT_THAT(hosts(asking.apply(reply_with(kTwo)).at(0)), ElementsAre(2, 1));
  EXPECT_EQ(asking.noted(rotate), 1u);
  asking.decision.faults.reset();
  EXPECT_EQ(rotate->state->hit, 1u);
}

TEST(ReplyFaults, NoteNothingThatHadNothingToDo) {
  const RulePtr rotate = rule("dns.rotate");
  Asking asking({rotate});
  asking.decide_reply(reply_with({"A 10.0.0.1"}));
  asking.apply(reply_with({"A 10.0.0.1"}));
  EXPECT_EQ(asking.noted(rotate), 0u);
  EXPECT_EQ(rotate->state->hit, 0u);
  EXPECT_EQ(rotate->state->skipped_format, 1u);
}

TEST(ReplyFaults, CountAsUnfitWhatGetsNoReply) {
  const RulePtr ttl = rule("dns.ttl", R"({"set": "1s"})");
  {
    const Asking asking({ttl});
    EXPECT_EQ(ttl->state->hit, 1u);
  }
  EXPECT_EQ(ttl->state->hit, 0u);
  EXPECT_EQ(ttl->state->skipped_format, 1u);
}

TEST(ReplyFaults, CountAsUnfitWhatEndsWhileTheReplyIsHeld) {
  const RulePtr ttl = rule("dns.ttl", R"({"set": "1s"})");
  const RulePtr delay = rule("dns.delay", R"({"delay": "1s"})");
  Asking asking({ttl, delay});
  EXPECT_EQ(asking.decide_reply(reply_with(kTwo)).total, 1s);
  asking.rules = rules_of({delay});
  EXPECT_EQ(asking.apply(reply_with(kTwo)).at(0), reply_with(kTwo));
  EXPECT_EQ(asking.noted(ttl), 0u);
  EXPECT_EQ(ttl->state->hit, 0u);
  EXPECT_EQ(ttl->state->skipped_format, 1u);
}

TEST(ReplyFaults, NoteADelayOnceAndKeepItsCountWithoutAReply) {
  const RulePtr reply = rule("dns.delay", R"({"delay": "1s"})");
  Asking asking({reply});
  EXPECT_EQ(asking.noted(reply), 0u);
  asking.decide_reply(reply_with(kTwo));
  EXPECT_EQ(asking.noted(reply), 1u);
  const RulePtr both = toward(Direction::both, rule("dns.delay", R"({"delay": "1s"})"));
  {
    Asking held({both});
    EXPECT_EQ(held.noted(both), 1u);
    held.decide_reply(reply_with(kTwo));
    EXPECT_EQ(held.noted(both), 1u);
    const Asking unanswered({both});
  }
  EXPECT_EQ(both->state->hit, 2u);
}

TEST(ReplyFaults, LeaveNothingToDoBehindADrop) {
  const RulePtr drop = rule("dns.drop", R"({"reach": "upstream"})");
  const RulePtr ttl = rule("dns.ttl", R"({"set": "1s"})");
  Asking asking({drop, ttl});
  asking.decide_reply(reply_with(kTwo));
  EXPECT_TRUE(asking.apply(reply_with(kTwo)).empty());
  EXPECT_EQ(asking.noted(drop), 1u);
  EXPECT_EQ(asking.noted(ttl), 0u);
  EXPECT_EQ(ttl->state->skipped_terminal, 1u);
}

TEST(ReplyFaults, TellTheLongestTtlThatTheyHaveGiven) {
  const RulePtr stale = rule("dns.stale");
  Asking asking({stale});
  asking.decide_reply(reply_with(kTwo));
  EXPECT_EQ(stale->state->given_ttl, 0u);
  asking.apply(reply_with(kTwo));
  EXPECT_EQ(stale->state->given_ttl, 300u);
}

TEST(ReplyFaults, KeepNoCopyOfAReplyThatIsHeld) {
  std::vector<std::string> many;
  for (int i = 0; i < 200; ++i) many.push_back("A 10.0.1." + std::to_string(i));
  const Bytes reply = reply_with(many);
  const RulePtr delay = rule("dns.delay", R"({"delay": "1s"})");
  const RulePtr reversed = rule("dns.reorder", R"({"order": "reversed"})");
  const auto growth = [&](const std::vector<RulePtr>& faults) {
    Asking asking(faults);
    const std::size_t before = ::mallinfo2().uordblks;
    const QueryDelay held = asking.decide_reply(reply);
    const std::size_t after = ::mallinfo2().uordblks;
    const bool edited = faults.size() == 2;
    EXPECT_EQ(hosts(asking.apply(reply).at(0)).front(), edited ? 199u : 0u);
    return after - before;
  };
  for (const auto& faults : {std::vector{delay}, std::vector{delay, reversed}}) {
    growth(faults);  // makes what is made once
    EXPECT_LT(growth(faults), reply.size() / 2);
  }
}

}  // namespace
}  // namespace firedrill
