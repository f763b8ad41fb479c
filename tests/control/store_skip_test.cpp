#include "proxy/codec/event/codec.h"
#include "tests/control/open_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kConfig = R"(
proxies:
  - {name: web, protocol: http, listen: "127.0.0.1:0", upstream: "127.0.0.1:1"}
faults:
  - {name: poison, proxy: web, type: stream.poison, with: {payload: p}, match: {sticky: true}}
  - {name: loose, proxy: web, type: stream.poison, with: {payload: p}}
)";

std::string conflict(const Change<>& change) {
  return change.has_error() && change.error().kind == Refusal::Kind::conflict
             ? change.error().problems.front().what
             : "<none>";
}

TEST(StoreSkip, LetsTheLastEventHitPass) {
  OpenStore store(kConfig);
  ASSERT_TRUE(store->enable_fault("poison", {}, {}));
  RuleState& state = *store->find_fault("poison")->state;
  state.last_event = 42;
  ASSERT_TRUE(store->skip_event("poison", std::nullopt, {}));
  EXPECT_TRUE(state.skipped.contains(42));
  EXPECT_THAT(store.recorded("fault.skip"), ElementsAre("poison"));
}

TEST(StoreSkip, LetsAnEventPassByItsId) {
  OpenStore store(kConfig);
  ASSERT_TRUE(store->enable_fault("poison", {}, {}));
  ASSERT_TRUE(store->skip_event("poison", "order-7", {}));
  const event::Event event{.raw = {}, .payload = "any", .type = {}, .id = "order-7"};
  EXPECT_TRUE(store->find_fault("poison")->state->skipped.contains(event::identity(event)));
}

TEST(StoreSkip, SaysWhyThereIsNothingToSkip) {
  OpenStore store(kConfig);
  EXPECT_EQ(conflict(store->skip_event("poison", std::nullopt, {})),
            "\"poison\" is off, and lets every event pass");
  EXPECT_EQ(conflict(store->skip_event("loose", std::nullopt, {})),
            "\"loose\" is not sticky; no event comes back to it");
  ASSERT_TRUE(store->enable_fault("poison", {}, {}));
  EXPECT_EQ(conflict(store->skip_event("poison", std::nullopt, {})),
            "\"poison\" has hit no event yet");
  EXPECT_THAT(store.recorded("fault.skip"), IsEmpty());
}

}  // namespace
}  // namespace firedrill
