#include "tests/control/open_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill {
namespace {

using testing::ElementsAre;

constexpr const char* kConfig = R"(
proxies:
  - {name: web, protocol: http, listen: "127.0.0.1:0", upstream: "127.0.0.1:1"}
faults:
  - {name: a, proxy: web, type: http.status, with: {code: 418}}
  - {name: b, proxy: web, type: http.status, with: {code: 418}}
  - {name: c, proxy: web, type: http.status, with: {code: 418}}
profiles:
  - {name: all, faults: [a, b, c]}
)";

// A listener that looks for what is over, as the running product's does, finds nothing: all that
// ends together has ended before any of it is told.
TEST(StoreDeadline, RecordsEachFaultThatEndsOnce) {
  OpenStore store(kConfig);
  const auto lifetime = Activation{.lifetime = std::chrono::minutes(1)};
  ASSERT_TRUE(store->enable_profile("all", lifetime, {}));
  const TimePoint later = Clock::now() + std::chrono::hours(1);
  store->on_change([&](const Journal::Record&) { store->expire(later); });
  EXPECT_EQ(store->expire(later), kNever);
  EXPECT_THAT(store.recorded("fault.expire"), ElementsAre("a", "b", "c"));
  EXPECT_FALSE(store->find_fault("b")->active());
}

TEST(StoreDeadline, TellsTheNextDeadlineAndLeavesItsFaultActive) {
  OpenStore store(kConfig);
  ASSERT_TRUE(store->enable_fault("a", {.lifetime = std::chrono::minutes(1)}, {}));
  ASSERT_TRUE(store->enable_fault("b", {.lifetime = std::chrono::minutes(30)}, {}));
  const TimePoint next = *store->find_fault("b")->deadline;
  EXPECT_EQ(store->expire(Clock::now() + std::chrono::minutes(10)), next);
  EXPECT_THAT(store.recorded("fault.expire"), ElementsAre("a"));
  EXPECT_TRUE(store->find_fault("b")->active());
}

}  // namespace
}  // namespace firedrill
