#include "proxy/model/hit_log.h"

#include <gmock/gmock.h>

namespace firedrill {
namespace {

using testing::ElementsAre;

Rule rule_of(const std::shared_ptr<RuleState>& fault) {
  Rule rule;
  rule.state = fault;
  return rule;
}

Hit request(int status) {
  return {
      .time = {}, .client = {}, .what = RequestHit{.method = "GET", .path = "/", .status = status}};
}

std::vector<int> statuses(const std::vector<Hit>& hits) {
  std::vector<int> all;
  for (const Hit& hit : hits) all.push_back(std::get<RequestHit>(hit.what).status);
  return all;
}

TEST(HitLog, KeepsTheLastTenOfEachFault) {
  HitLog log;
  const auto one = std::make_shared<RuleState>();
  const auto other = std::make_shared<RuleState>();
  for (int status = 1; status <= 12; ++status) log.add(rule_of(one), request(status));
  log.add(rule_of(other), request(99));
  EXPECT_THAT(statuses(log.of(one)), ElementsAre(3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
  EXPECT_THAT(statuses(log.of(other)), ElementsAre(99));
}

TEST(HitLog, KnowsTheFaultWhateverItsRuleIs) {
  HitLog log;
  const auto fault = std::make_shared<RuleState>();
  Rule edited = rule_of(fault);
  edited.key = 2;
  log.add(rule_of(fault), request(1));
  log.add(edited, request(2));
  EXPECT_THAT(statuses(log.of(fault)), ElementsAre(1, 2));
}

TEST(HitLog, ForgetsAFaultThatIsGone) {
  HitLog log;
  auto fault = std::make_shared<RuleState>();
  log.add(rule_of(fault), request(1));
  log.sweep();
  EXPECT_FALSE(log.empty());
  fault.reset();
  log.sweep();
  EXPECT_TRUE(log.empty());
}

TEST(Hit, KeepsNoMoreThanTheBeginningOfAText) {
  EXPECT_EQ(brief(std::string(1000, 'a')), std::string(256, 'a'));
  EXPECT_EQ(brief("short"), "short");
}

}  // namespace
}  // namespace firedrill
