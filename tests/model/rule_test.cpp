#include "proxy/model/rule.h"

#include "proxy/core/siphash.h"
#include "tests/model/reading.h"

#include <atomic>
#include <cmath>
#include <thread>
#include <vector>

namespace firedrill {
namespace {

constexpr TimePoint kNow = TimePoint(std::chrono::seconds(100));

Rule rule_with(Share share, Trigger trigger = {}) {
  Rule rule;
  rule.name = "checkout-503";
  rule.share = std::move(share);
  rule.trigger = std::move(trigger);
  rule.seed = rule_seed(42, rule.name);
  static const FaultSpec kNothing;
  rule.spec = FaultSpecPtr(FaultSpecPtr(), &kNothing);
  rule.state = std::make_shared<RuleState>();
  return rule;
}

// The ordinals up to `count` that are admitted.
std::string admitted(const Rule& rule, int count) {
  std::string all;
  for (int i = 1; i <= count; ++i) {
    if (rule.admit({.text = "any"}, kNow)) all += (all.empty() ? "" : " ") + std::to_string(i);
  }
  return all;
}

TEST(Rule, EndsAtItsDeadlineWithoutCounting) {
  Rule rule = rule_with({});
  rule.deadline = kNow;
  EXPECT_FALSE(rule.admit({.text = "any"}, kNow));
  EXPECT_FALSE(rule.admit_event(7, kNow));
  EXPECT_EQ(rule.state->matched, 0U);
  EXPECT_TRUE(rule.admit({.text = "any"}, kNow - Duration(1)));
  EXPECT_EQ(rule.state->matched, 1U);
}

TEST(Rule, WholeAndEmptySharesHaveNoExceptions) {
  const Rule all = rule_with({.of = {1}});
  const Rule none = rule_with({.of = {0}});
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(all.admit({.text = std::to_string(i)}, kNow));
    ASSERT_FALSE(none.admit({.text = std::to_string(i)}, kNow));
  }
  EXPECT_EQ(none.state->skipped_share, 10'000U);
  EXPECT_EQ(all.state->hit, 10'000U);
}

TEST(Rule, ShareIsThatOfTheDefinition) {
  for (const double of : {0x1p-10, 0.15, 0.5, 0.999, 1 - 0x1p-53}) {
    const Rule rule = rule_with({.of = {of}});
    std::uint64_t hits = 0;
    for (int i = 0; i < 20'000; ++i) {
      const std::string subject = "7/" + std::to_string(i);
      const auto hash = static_cast<long double>(siphash(rule.seed, 0, subject));
      const bool wanted = hash < static_cast<long double>(of) * 0x1p64L;
      ASSERT_EQ(rule.admit({.text = subject}, kNow).outcome == Outcome::hit, wanted)
          << subject << " of " << of;
      hits += wanted ? 1 : 0;
    }
    // Five standard deviations of a binomial draw.
    EXPECT_NEAR(static_cast<double>(hits), 20'000 * of, 5 * std::sqrt(20'000 * of * (1 - of)) + 1);
    EXPECT_EQ(rule.state->hit, hits);
    EXPECT_EQ(rule.state->skipped_share, 20'000 - hits);
  }
}

TEST(Rule, DecidesAlikeForTheSameSeedNameAndSubject) {
  const Rule here = rule_with({.of = {0.5}});
  const Rule there = rule_with({.of = {0.5}});
  Rule other = rule_with({.of = {0.5}});
  other.seed = rule_seed(42, "another-fault");
  int different = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string subject = std::to_string(i);
    const bool hit = !!here.admit({.text = subject}, kNow);
    ASSERT_EQ(there.admit({.text = subject}, kNow).outcome == Outcome::hit, hit);
    ASSERT_EQ(there.admit({.text = subject}, kNow).outcome == Outcome::hit, hit) << "asked again";
    if (!!other.admit({.text = subject}, kNow) != hit) ++different;
  }
  EXPECT_NEAR(different, 500, 80) << "faults decide independently of each other";
}

TEST(Rule, TriggerCountsWhatMatched) {
  EXPECT_EQ(admitted(rule_with({}, {.first = 3}), 6), "1 2 3");
  EXPECT_EQ(admitted(rule_with({}, {.after = 1, .every = 2, .times = 2}), 10), "2 4");
  EXPECT_EQ(admitted(rule_with({}, {.times = 2}), 5), "1 2");
  const Rule rule = rule_with({}, {.nth = {2, 5}});
  EXPECT_EQ(admitted(rule, 6), "2 5");
  EXPECT_EQ(rule.state->matched, 6U);
  EXPECT_EQ(rule.state->hit, 2U);
  EXPECT_EQ(rule.state->skipped_trigger, 4U);
  EXPECT_EQ(admitted(rule, 6), "") << "the ordinals go on";
  rule.state->activate();
  EXPECT_EQ(admitted(rule, 6), "2 5") << "and begin anew with an activation";
}

TEST(Rule, OrdinalsCountWhatTheShareLetsGoToo) {
  const Rule rule = rule_with({.of = {0}}, {.nth = {2}});
  EXPECT_FALSE(rule.admit({.text = "a"}, kNow));
  EXPECT_FALSE(rule.admit({.text = "b"}, kNow));
  EXPECT_EQ(rule.state->count.ordinal, 2U);
  EXPECT_EQ(rule.state->skipped_share, 2U);
  EXPECT_EQ(rule.state->skipped_trigger, 0U);
}

TEST(Rule, RacingWorkersNeverFireMoreThanTimes) {
  const Rule rule = rule_with({}, {.times = 1000});
  std::atomic<int> hits = 0;
  {
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < 4; ++worker) {
      workers.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) hits += rule.admit({.text = "any"}, kNow) ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(hits, 1000);
  EXPECT_EQ(rule.state->count.fired, 1000U);
  EXPECT_EQ(rule.state->matched, 4000U);
  EXPECT_EQ(rule.state->hit + rule.state->skipped_trigger, 4000U);
}

TEST(Rule, EventsAreSharedByIdentity) {
  const Rule rule = rule_with({.of = {0.5}});
  int hits = 0;
  for (std::uint64_t identity = 0; identity < 2000; ++identity) {
    const bool hit = !!rule.admit_event(identity, kNow, {.text = "this stream"});
    ASSERT_EQ(rule.admit_event(identity, kNow, {.text = "that stream"}).outcome == Outcome::hit,
              hit);
    hits += hit ? 1 : 0;
  }
  EXPECT_NEAR(hits, 1000, 112);
}

TEST(Rule, OtherSharesTakeStreamsAsAWhole) {
  const Rule rule = rule_with({.of = {0.5}, .by = Share::By::client});
  int hits = 0;
  for (int client = 0; client < 1000; ++client) {
    const std::string stream = "10.0.0." + std::to_string(client);
    const bool hit = !!rule.admit_event(1, kNow, {.text = stream});
    ASSERT_EQ(rule.admit_event(2, kNow, {.text = stream}).outcome == Outcome::hit, hit);
    hits += hit ? 1 : 0;
  }
  EXPECT_NEAR(hits, 500, 80);
}

TEST(Rule, StickyEventsAreHitAgainWhateverTheTriggerSays) {
  Rule rule = rule_with({}, {.nth = {2}});
  rule.match = match_of(Family::stream, R"({"sticky": true})");
  EXPECT_FALSE(rule.admit_event(10, kNow));
  EXPECT_TRUE(rule.admit_event(20, kNow));
  EXPECT_FALSE(rule.admit_event(30, kNow));
  // The client comes back and is sent all three again.
  EXPECT_FALSE(rule.admit_event(10, kNow));
  EXPECT_TRUE(rule.admit_event(20, kNow));
  EXPECT_FALSE(rule.admit_event(30, kNow));
  EXPECT_EQ(rule.state->hit, 2U);
  EXPECT_EQ(rule.state->count.fired, 1U);
  EXPECT_EQ(rule.state->matched, 6U);
  rule.state->activate();
  EXPECT_FALSE(rule.admit_event(20, kNow)) << "a new activation has hit nothing yet";
}

TEST(Rule, ASkippedEventIsLetThroughUntilTheNextActivation) {
  Rule rule = rule_with({});
  rule.match = match_of(Family::stream, R"({"sticky": true})");
  EXPECT_TRUE(rule.admit_event(10, kNow));
  EXPECT_TRUE(rule.admit_event(20, kNow));
  EXPECT_EQ(rule.state->last_event, 20U);
  rule.state->skip(20);
  EXPECT_FALSE(rule.foresee_event(20, kNow));
  EXPECT_FALSE(rule.admit_event(20, kNow));
  EXPECT_TRUE(rule.admit_event(10, kNow));
  EXPECT_EQ(rule.state->matched, 3U);
  rule.state->activate();
  EXPECT_EQ(rule.state->last_event, 0U);
  EXPECT_TRUE(rule.admit_event(20, kNow));
}

TEST(Rule, WhatTheFaultCouldNotBeDoneToIsSkippedAndNotHit) {
  const Rule rule = rule_with({});
  EXPECT_TRUE(rule.admit_event(10, kNow));
  EXPECT_TRUE(rule.admit_event(20, kNow));
  rule.count_unfit({});
  EXPECT_EQ(rule.state->matched, 2U);
  EXPECT_EQ(rule.state->hit, 1U);
  EXPECT_EQ(rule.state->skipped_format, 1U);
}

TEST(Rule, WithoutStickyARedeliveryCountsAsAnyOther) {
  Rule rule = rule_with({}, {.nth = {1}});
  EXPECT_TRUE(rule.admit_event(20, kNow));
  EXPECT_FALSE(rule.admit_event(20, kNow));
}

TEST(StickySet, RemembersZeroAndThousandsOfIdentities) {
  const auto set = std::make_unique<RuleState::StickySet>();
  EXPECT_FALSE(set->contains(0));
  set->insert(0);
  EXPECT_TRUE(set->contains(0));
  Rng rng(7);
  for (int i = 0; i < 1000; ++i) {
    const auto identity = rng.next();
    EXPECT_FALSE(set->contains(identity));
    set->insert(identity);
    EXPECT_TRUE(set->contains(identity));
  }
}

TEST(Subject, SaysWhatTheShareIsBy) {
  Peer peer = peer_at("10.0.0.9");
  peer.connection = 7;
  const Request request("GET /", "X-User: ann\r\nx-user: bob\r\n");
  const auto subject = [&](Share::By by, std::string header = "") {
    const Share share{.of = {0.5}, .by = by, .header = std::move(header)};
    return subject_of(share, peer, 2, &request.head());
  };
  EXPECT_EQ(subject(Share::By::request), "7/2");
  EXPECT_EQ(subject(Share::By::connection), "7");
  EXPECT_EQ(subject(Share::By::client), "10.0.0.9");
  EXPECT_EQ(subject(Share::By::header, "X-USER"), "ann, bob");
  EXPECT_EQ(subject(Share::By::header, "x-other"), "7/2");
  EXPECT_EQ(subject_of({.of = {}, .by = Share::By::header, .header = "x"}, peer, 3, nullptr),
            "7/3");
  peer = peer_at("2001:db8::1");
  EXPECT_EQ(subject(Share::By::client), "2001:db8::1");
}

}  // namespace
}  // namespace firedrill
