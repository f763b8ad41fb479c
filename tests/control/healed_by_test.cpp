#include "control/healed_by.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kNow = TimePoint{} + 1000s;

Fault fault_of(const char* json) {
  auto config = read_fault(from_json(boost::json::parse(json)), "broken");
  EXPECT_TRUE(config) << json;
  return {.config = std::make_shared<const FaultConfig>(std::move(*config)),
          .state = std::make_shared<RuleState>(),
          .deadline = {}};
}

constexpr auto kAnswer = R"({"name": "broken", "proxy": "dns", "type": "dns.answer",
                             "with": {"records": ["A 10.0.0.1"], "ttl": "30s"}})";

TEST(HealedBy, WhileActiveIsTheDeadlineAndTheTtl) {
  Fault fault = fault_of(kAnswer);
  fault.deadline = kNow + 60s;
  EXPECT_EQ(healed_by(fault, kNow), kNow + 90s);
}

TEST(HealedBy, AfterTheEndIsTheTtlAndThenNothing) {
  Fault fault = fault_of(kAnswer);
  fault.deadline = kNow + 60s;
  fault.kept_until = kept_until(fault, kNow);
  fault.deadline.reset();
  EXPECT_EQ(healed_by(fault, kNow + 10s), kNow + 30s);
  EXPECT_EQ(healed_by(fault, kNow + 30s), std::nullopt);
}

TEST(HealedBy, CountsTheTtlsOfTheUpstreamThatWereGivenChanged) {
  Fault fault = fault_of(R"({"name": "broken", "proxy": "dns", "type": "dns.stale"})");
  fault.deadline = kNow + 60s;
  EXPECT_EQ(healed_by(fault, kNow), std::nullopt);
  fault.state->give(300);
  fault.state->give(20);
  EXPECT_EQ(healed_by(fault, kNow), kNow + 360s);
  fault.state->activate();
  EXPECT_EQ(healed_by(fault, kNow), std::nullopt);
}

TEST(HealedBy, CountsFromTheDeadlineWhenThatHasPassed) {
  Fault fault = fault_of(kAnswer);
  fault.deadline = kNow - 10s;
  EXPECT_EQ(kept_until(fault, kNow), kNow + 20s);
}

TEST(HealedBy, IsNothingWithoutATtlOrAnEnd) {
  Fault dropped = fault_of(R"({"name": "broken", "proxy": "dns", "type": "dns.drop"})");
  dropped.deadline = kNow + 60s;
  EXPECT_EQ(healed_by(dropped, kNow), std::nullopt);
  Fault endless = fault_of(kAnswer);
  endless.deadline = kNever;
  EXPECT_EQ(healed_by(endless, kNow), std::nullopt);
  EXPECT_EQ(healed_by(fault_of(kAnswer), kNow), std::nullopt);
}

TEST(HealedBy, TheLongestVariantCounts) {
  const Fault fault = fault_of(R"({"name": "broken", "proxy": "dns", "type": "dns.nxdomain",
      "variants": [{"with": {"negative_ttl": "60s"}}, {"with": {"negative_ttl": "5s"}}]})");
  EXPECT_EQ(injected_ttl(*fault.config), 60s);
  const Fault dry = fault_of(R"({"name": "broken", "proxy": "dns", "type": "dns.nxdomain",
      "dry_run": true})");
  EXPECT_EQ(injected_ttl(*dry.config), 0s);
}

}  // namespace
}  // namespace firedrill
