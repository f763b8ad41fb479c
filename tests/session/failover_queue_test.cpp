#include "proxy/session/failover_queue.h"

#include <gtest/gtest.h>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kStart{1h};

struct FailoverQueueOfQueries : testing::Test {
  PendingQueries pending;
  FailoverQueue queue;

  PendingQuery& asked(std::uint32_t socket) {
    PendingQuery& query = *pending.add();
    query.socket = socket;
    return query;
  }
};

TEST_F(FailoverQueueOfQueries, GivesThemByTheTimeAtWhichTheyGoOn) {
  PendingQuery& late = asked(1);
  PendingQuery& early = asked(1);
  queue.add(late, kStart + 2s);
  queue.add(early, kStart + 1s);
  EXPECT_EQ(queue.take(kStart), nullptr);
  EXPECT_EQ(queue.take(kStart + 2s), &early);
  EXPECT_EQ(queue.take(kStart + 2s), &late);
  EXPECT_EQ(queue.take(kStart + 2s), nullptr);
  EXPECT_EQ(queue.next_due(), kNever);
}

TEST_F(FailoverQueueOfQueries, HasOnePlaceForEach) {
  PendingQuery& query = asked(1);
  for (int i = 0; i < 1000; ++i) queue.add(query, kStart + i * 1s);
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue.next_due(), kStart + 999s);
}

TEST_F(FailoverQueueOfQueries, IsLeftByWhatIsAnswered) {
  for (int i = 0; i < 1000; ++i) {
    PendingQuery& query = asked(1);
    queue.add(query, kStart);
    pending.release(query);
  }
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_EQ(queue.next_due(), kNever);
}

TEST_F(FailoverQueueOfQueries, HurriesThoseOfOneSocketAlone) {
  PendingQuery& other = asked(2);
  queue.add(other, kStart + 3s);
  for (const Duration due : {5s, 4s, 1s}) queue.add(asked(1), kStart + due);
  queue.hurry(1, kStart + 2s);
  EXPECT_EQ(queue.next_due(), kStart + 1s);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(queue.take(kStart + 2s)->socket, 1u);
  EXPECT_EQ(queue.take(kStart + 2s), nullptr);
  EXPECT_EQ(queue.take(kStart + 3s), &other);
}

}  // namespace
}  // namespace firedrill
