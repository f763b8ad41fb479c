// What shapes, budgets, variants, scopes, dry runs and edits make of a rule's decisions.

#include "proxy/model/rule.h"
#include "proxy/model/snapshot.h"

#include "proxy/core/fields.h"
#include "proxy/fault/registry.h"
#include "tests/model/reading.h"

#include <cmath>
#include <map>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kStart = TimePoint(std::chrono::hours(1000));

FaultSpecPtr latency(std::string_view delay) {
  Problems problems;
  const Value with = value_of(R"({"delay": ")" + std::string(delay) + R"("})");
  Fields fields(with, "with", problems);
  return find_fault_type("tcp.latency")->compile(fields);
}

Rule active_rule() {
  Rule rule;
  rule.name = "slow";
  rule.key = rule.activation = 1;
  rule.spec = latency("1ms");
  rule.activated = kStart;
  rule.seed = rule_seed(42, rule.name);
  rule.state = std::make_shared<RuleState>();
  return rule;
}

Outcome ask(const Rule& rule, TimePoint now = kStart, const std::string& text = "any") {
  return rule.admit({.text = text}, now).outcome;
}

TEST(RuleBudget, WhatItStopsIsOverflow) {
  Rule rule = active_rule();
  rule.budget = {.total = 2};
  EXPECT_EQ(ask(rule), Outcome::hit);
  EXPECT_EQ(ask(rule), Outcome::hit);
  EXPECT_EQ(ask(rule), Outcome::overflow);
  EXPECT_EQ(rule.state->hit, 2U);
  EXPECT_EQ(rule.state->skipped_overflow, 1U);
  EXPECT_EQ(rule.state->matched, 3U);
}

TEST(RuleBudget, WhatShareAndTriggerLetGoCostsNothing) {
  Rule rule = active_rule();
  rule.budget = {.total = 1};
  rule.trigger = {.after = 3, .times = 2};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(rule), Outcome::trigger);
  EXPECT_EQ(ask(rule), Outcome::hit);
  EXPECT_EQ(ask(rule), Outcome::overflow);
  EXPECT_EQ(rule.state->count.fired, 1U) << "an overflow is no firing";
}

TEST(RuleBudget, AConcurrentUnitIsHeldByTheAdmission) {
  Rule rule = active_rule();
  rule.budget = {.concurrent = 1};
  {
    const Admission held = rule.admit({}, kStart);
    EXPECT_TRUE(held);
    EXPECT_EQ(ask(rule), Outcome::overflow);
  }
  EXPECT_EQ(ask(rule), Outcome::hit);
}

TEST(RuleBudget, WhatAnotherFaultAnsweredIsRefunded) {
  Rule rule = active_rule();
  rule.budget = {.total = 1};
  const Admission admission = rule.admit({}, kStart);
  rule.count_terminal(admission);
  EXPECT_EQ(rule.state->skipped_terminal, 1U);
  EXPECT_EQ(rule.state->hit, 0U);
  EXPECT_EQ(ask(rule), Outcome::hit);
}

TEST(RuleShape, AFlapActsOnlyInItsActivePhases) {
  Rule rule = active_rule();
  rule.shape.flap = Flap{.active = 20s, .idle = 40s};
  rule.deadline = kStart + 600s;
  EXPECT_EQ(ask(rule, kStart + 20s - 1ns), Outcome::hit);
  EXPECT_EQ(ask(rule, kStart + 20s), Outcome::inactive);
  EXPECT_EQ(ask(rule, kStart + 60s), Outcome::hit);
  EXPECT_EQ(ask(rule, kStart + 600s), Outcome::inactive) << "its deadline";
  EXPECT_EQ(rule.state->matched, 2U) << "what comes while it is idle is not counted";
}

TEST(RuleShape, ChangesAreEdgesAndTheDeadline) {
  Rule rule = active_rule();
  EXPECT_EQ(rule.next_change(kStart), kNever);
  rule.deadline = kStart + 100s;
  EXPECT_EQ(rule.next_change(kStart), kStart + 100s);
  rule.shape.flap = Flap{.active = 20s, .idle = 40s};
  EXPECT_EQ(rule.next_change(kStart), kStart + 20s);
  EXPECT_EQ(rule.next_change(kStart + 20s), kStart + 60s);
  EXPECT_EQ(rule.next_change(kStart + 80s), kStart + 100s);
  EXPECT_EQ(rule.next_change(kStart + 100s), kNever);
}

TEST(RuleShape, ARampOfTheShareTakesSubjectsOneAfterTheOther) {
  Rule rule = active_rule();
  rule.shape.ramp = Ramp{.field = "share", .from = {}, .to = {}, .over = 240s};
  rule.share_from = {0.1};
  rule.share_to = {0.9};
  std::map<std::string, bool> hit;
  const std::vector<std::pair<Duration, double>> shares{
      {0s, 0.1}, {60s, 0.3}, {120s, 0.5}, {300s, 0.9}};
  for (const auto& [at, share] : shares) {
    int hits = 0;
    for (int i = 0; i < 5000; ++i) {
      const std::string text = std::to_string(i);
      const bool now = ask(rule, kStart + at, text) == Outcome::hit;
      EXPECT_TRUE(now || !hit[text]) << "who is hit stays so while the share grows";
      hit[text] = now;
      hits += now ? 1 : 0;
    }
    EXPECT_NEAR(hits, 5000 * share, 5 * std::sqrt(5000 * share * (1 - share)));
  }
  EXPECT_EQ(rule.next_change(kStart), kStart + 2400ms) << "open connections are asked again";
}

StageStart starting(TimePoint now, Activity& activity) {
  return {.now = now, .rng = Rng(1), .side = Direction::response, .activity = activity};
}

TEST(RuleShape, ARampOfAParameterTakesTheFaultOfItsStep) {
  Rule rule = active_rule();
  rule.shape.ramp = Ramp{.field = "with.delay", .from = {}, .to = {}, .over = 100s};
  for (std::size_t i = 0; i <= Ramp::kSteps; ++i) {
    rule.steps.push_back(latency(std::to_string(i) + "ms"));
  }
  rule.spec = rule.steps.front();
  Activity activity;
  const auto delay_at = [&](TimePoint now) {
    const Admission admission = rule.admit({}, now);
    Link link(1 << 20);
    std::vector<StagePlan> plans;
    plans.push_back({1, admission.spec->make_stage(starting(now, activity))});
    link.set_stages(std::move(plans), now);
    link.on_data(as_bytes("x"), now);
    link.advance(now);
    return link.ready().empty() ? link.next_due() - now : Duration::zero();
  };
  EXPECT_EQ(delay_at(kStart), 0ms);
  EXPECT_EQ(delay_at(kStart + 10s), 10ms);
  EXPECT_EQ(delay_at(kStart + 99'999ms), 99ms);
  EXPECT_EQ(delay_at(kStart + 1h), 100ms);
}

TEST(RuleShape, AStageOnAnOpenLinkFollowsTheRamp) {
  Rule rule = active_rule();
  rule.shape.ramp = Ramp{.field = "with.delay", .from = {}, .to = {}, .over = 100s};
  for (std::size_t i = 0; i <= Ramp::kSteps; ++i) {
    rule.steps.push_back(latency(std::to_string(i) + "ms"));
  }
  Activity activity;
  Link link(1 << 20);
  std::vector<StagePlan> plans;
  plans.push_back({1, rule.make_stage(*rule.steps.front(), starting(kStart, activity))});
  link.set_stages(std::move(plans), kStart);
  for (const int second : {10, 50, 200}) {
    const TimePoint now = kStart + std::chrono::seconds(second);
    link.on_data(as_bytes("x"), now);
    link.advance(now);
    EXPECT_EQ(link.next_due() - now, std::chrono::milliseconds(std::min(second, 100)));
    link.advance(link.next_due());
    link.consume(link.ready().size());
  }
}

TEST(RuleVariants, AreExclusiveWeightedAndRepeatable) {
  Rule rule = active_rule();
  const FaultSpecPtr common = latency("7ms");
  const FaultSpecPtr rare = latency("3ms");
  rule.variants = {{.weight = 7, .spec = common}, {.weight = 3, .spec = rare}};
  int commons = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = std::to_string(i);
    const FaultSpec* drawn = rule.admit({.text = text}, kStart).spec;
    ASSERT_EQ(rule.admit({.text = text}, kStart).spec, drawn);
    ASSERT_TRUE(drawn == common.get() || drawn == rare.get());
    commons += drawn == common.get() ? 1 : 0;
  }
  EXPECT_NEAR(commons, 7000, 5 * std::sqrt(10'000 * 0.7 * 0.3));
}

TEST(RuleVariants, AreDrawnIndependentlyOfTheShare) {
  Rule rule = active_rule();
  const FaultSpecPtr one = latency("1ms");
  rule.variants = {{.weight = 1, .spec = one}, {.weight = 1, .spec = latency("2ms")}};
  rule.share = {.of = {0.1}};
  int hits = 0;
  int ones = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Admission admission = rule.admit({.text = std::to_string(i)}, kStart);
    hits += admission ? 1 : 0;
    ones += admission.spec == one.get() ? 1 : 0;
  }
  EXPECT_NEAR(ones, hits / 2, 5 * std::sqrt(hits / 4));
}

TEST(RuleDryRun, CountsAndChangesNothing) {
  Rule rule = active_rule();
  rule.run = Rule::Run::dry;
  rule.trigger = {.times = 2};
  const Admission admission = rule.admit({}, kStart);
  EXPECT_EQ(admission.outcome, Outcome::dry_run);
  EXPECT_FALSE(admission);
  EXPECT_EQ(ask(rule), Outcome::dry_run);
  EXPECT_EQ(ask(rule), Outcome::trigger) << "everything else is as it would be";
  EXPECT_EQ(rule.state->would_hit, 2U);
  EXPECT_EQ(rule.state->hit, 0U);
  EXPECT_EQ(rule.state->matched, 3U);
  EXPECT_FALSE(rule.hits_everything()) << "nor does it close a listener";
}

TEST(RuleScope, ClientsAreCountedEachForItself) {
  Rule rule = active_rule();
  rule.trigger = {.nth = {2}, .scope = Trigger::Scope::client};
  rule.state->count_apart();
  const Peer ann = peer_at("10.0.0.1");
  const Peer bob = peer_at("10.0.0.2");
  const auto hit = [&](const Peer& peer) { return !!rule.admit({.peer = &peer}, kStart); };
  EXPECT_FALSE(hit(ann));
  EXPECT_FALSE(hit(bob));
  EXPECT_TRUE(hit(bob));
  EXPECT_TRUE(hit(ann));
  EXPECT_FALSE(hit(ann));
  rule.state->activate();
  EXPECT_FALSE(hit(ann));
  EXPECT_TRUE(hit(ann)) << "a new activation counts anew";
}

TEST(RuleScope, AClientThatFindsNoPlaceIsNeverHit) {
  Rule rule = active_rule();
  rule.trigger = {.first = 1, .scope = Trigger::Scope::client};
  rule.state->count_apart();
  constexpr int kClients = 10'000;
  int hits = 0;
  for (int i = 0; i < kClients; ++i) {
    Peer peer;
    peer.address[14] = static_cast<std::uint8_t>(i / 256);
    peer.address[15] = static_cast<std::uint8_t>(i % 256);
    hits += rule.admit({.peer = &peer}, kStart) ? 1 : 0;
  }
  EXPECT_LE(hits, static_cast<int>(ApartCounts::kSlots));
  EXPECT_GE(hits, 3900) << "nearly all places are used";
  EXPECT_EQ(rule.state->skipped_overflow, static_cast<std::uint64_t>(kClients - hits));
}

TEST(RuleScope, NamesAndQuestionsAreCountedEachForItself) {
  const auto hit = [](const Rule& rule, std::string_view name, std::uint16_t type,
                      const Peer& peer) {
    dns::Question question;
    question.qtype = type;
    question.folded.fold(dns::parse_name(name).value());
    return !!rule.admit({.peer = &peer, .question = &question}, kStart);
  };
  const Peer ann = peer_at("10.0.0.1");
  const Peer bob = peer_at("10.0.0.2");
  Rule names = active_rule();
  names.trigger = {.first = 1, .scope = Trigger::Scope::name};
  names.state->count_apart();
  EXPECT_TRUE(hit(names, "a.example", 1, ann));
  EXPECT_TRUE(hit(names, "b.example", 1, ann));
  EXPECT_FALSE(hit(names, "A.Example", 28, bob)) << "whoever asks, and for whatever";

  Rule questions = active_rule();
  questions.trigger = {.first = 1, .scope = Trigger::Scope::client_name_type};
  questions.state->count_apart();
  EXPECT_TRUE(hit(questions, "a.example", 1, ann));
  EXPECT_TRUE(hit(questions, "a.example", 28, ann));
  EXPECT_TRUE(hit(questions, "a.example", 1, bob));
  EXPECT_FALSE(hit(questions, "A.example", 1, ann));
}

TEST(RuleScope, ConnectionsAreCountedByThemselves) {
  Rule rule = active_rule();
  rule.trigger = {.every = 2, .scope = Trigger::Scope::connection};
  ConnectionCounts here;
  ConnectionCounts there;
  const auto hit = [&](ConnectionCounts& counts) {
    return !!rule.admit({.connection = &counts}, kStart);
  };
  EXPECT_FALSE(hit(here));
  EXPECT_FALSE(hit(there));
  EXPECT_TRUE(hit(here));
  EXPECT_TRUE(hit(there));
  EXPECT_FALSE(hit(here));
  rule.activation = 2;
  EXPECT_FALSE(hit(here));
  EXPECT_TRUE(hit(here)) << "a new activation counts anew";
}

TEST(RulePast, AnEditKeepsTheOrdinalAndCountsNothingTwice) {
  Rule rule = active_rule();
  rule.trigger = {.first = 1};
  const Admission first = rule.admit({}, kStart);
  const Admission second = rule.admit({}, kStart);
  EXPECT_EQ(second.outcome, Outcome::trigger);
  rule.key = 2;
  const Admission again =
      rule.admit({}, kStart, {.ordinal = first.ordinal, .outcome = first.outcome});
  EXPECT_EQ(again.outcome, Outcome::hit);
  EXPECT_EQ(again.ordinal, 1U);
  rule.trigger = {.first = 2};
  EXPECT_TRUE(rule.admit({}, kStart, {.ordinal = second.ordinal, .outcome = second.outcome}));
  EXPECT_EQ(rule.state->matched, 2U);
  EXPECT_EQ(rule.state->hit, 2U);
  EXPECT_EQ(rule.state->count.ordinal, 2U);
}

TEST(RulePast, WhatWasHitKeepsWhatItTookOfTheBudget) {
  Rule rule = active_rule();
  rule.budget = {.total = 1};
  const Admission first = rule.admit({}, kStart);
  EXPECT_TRUE(rule.admit({}, kStart, {.ordinal = first.ordinal, .outcome = first.outcome}));
  EXPECT_EQ(ask(rule), Outcome::overflow);
}

TEST(RuleForesight, SaysWhatWouldBeDecidedAndLeavesNoTrace) {
  Rule rule = active_rule();
  rule.trigger = {.times = 5, .nth = {1, 3}};
  rule.budget = {.concurrent = 1, .per_second = 2, .total = 3};
  rule.share = {.of = {0.999}};
  for (int i = 0; i < 5; ++i) {
    const Admission seen = rule.foresee({.text = "any"}, kStart);
    EXPECT_EQ(rule.foresee({.text = "any"}, kStart).outcome, seen.outcome);
    const Admission done = rule.admit({.text = "any"}, kStart);
    EXPECT_EQ(done.outcome, seen.outcome) << i;
    EXPECT_EQ(done.ordinal, seen.ordinal);
  }
  EXPECT_EQ(rule.state->matched, 5U);
  EXPECT_EQ(rule.state->count.ordinal, 5U);
}

TEST(ActiveRules, AreTheSameInTheSameEditsAndDeadlines) {
  const Rule made = active_rule();
  const auto rules = [&](std::uint64_t key, TimePoint deadline) {
    Rule rule = made;
    rule.key = key;
    rule.deadline = deadline;
    ActiveRules all;
    all.all.push_back(std::make_shared<const Rule>(std::move(rule)));
    return all;
  };
  EXPECT_TRUE(rules(1, kNever).same_as(rules(1, kNever)));
  EXPECT_FALSE(rules(1, kNever).same_as(rules(2, kNever)));
  EXPECT_FALSE(rules(1, kNever).same_as(rules(1, kStart)));
  EXPECT_EQ(rules(1, kStart + 5s).next_change(kStart), kStart + 5s);
}

}  // namespace
}  // namespace firedrill
