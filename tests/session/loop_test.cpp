#include "proxy/session/loop.h"

#include "proxy/core/rng.h"
#include "proxy/session/task.h"
#include "tests/session/turning_loop.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <list>
#include <memory>

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

class LoopTest : public testing::Test, protected TurningLoop {
 protected:
  // Something that tells its name to the story when it runs.
  std::unique_ptr<Does> teller(std::string name) {
    return std::make_unique<Does>([this, name = std::move(name)] { story.push_back(name); });
  }

  std::vector<std::string> story;
};

// --- the queue

TEST_F(LoopTest, WhatIsQueuedManyTimesRunsOnce) {
  Counting runnable;
  for (int i = 0; i < 3; ++i) loop.queue(runnable);
  settle();
  EXPECT_EQ(runnable.count, 1);
  loop.queue(runnable);
  settle();
  EXPECT_EQ(runnable.count, 2);
}

TEST_F(LoopTest, WhatQueuesItselfLetsOthersRunFirst) {
  const auto second = teller("second");
  Does first([&] {
    story.push_back("first");
    if (story.size() == 1) loop.queue(first);
  });
  loop.queue(first);
  loop.queue(*second);
  settle();
  EXPECT_THAT(story, ElementsAre("first", "second", "first"));
}

TEST_F(LoopTest, WhatIsDestroyedInTheQueueDoesNotRun) {
  auto early = teller("destroyed before the turn");
  auto late = teller("destroyed in the turn");
  Does destroyer([&] { late.reset(); });
  loop.queue(*early);
  loop.queue(destroyer);
  loop.queue(*late);
  early.reset();
  settle();
  EXPECT_EQ(late, nullptr);
  EXPECT_THAT(story, IsEmpty());
}

// --- retiring

struct Ended final : Retired {
  Ended(std::vector<std::string>& story, std::string word, std::function<void()> last = {})
      : farewell(story, std::move(word)), last_deed(std::move(last)) {}
  ~Ended() override {
    if (last_deed) last_deed();
  }
  Farewell farewell;
  std::function<void()> last_deed;
};

TEST_F(LoopTest, WhatIsRetiredIsDestroyedAfterWhatRunsHasReturned) {
  Does runnable([&] {
    loop.retire(std::make_unique<Ended>(story, "destroyed"));
    story.push_back("returned");
  });
  loop.queue(runnable);
  settle();
  EXPECT_THAT(story, ElementsAre("returned", "destroyed"));
}

TEST_F(LoopTest, WhatIsRetiredOutsideATurnWaitsForOne) {
  loop.retire(std::make_unique<Ended>(story, "destroyed"));
  EXPECT_THAT(story, IsEmpty());
  settle();
  EXPECT_THAT(story, ElementsAre("destroyed"));
}

TEST_F(LoopTest, WhatRetiresMayRetireAnother) {
  loop.retire(std::make_unique<Ended>(
      story, "first", [this] { loop.retire(std::make_unique<Ended>(story, "second")); }));
  settle();
  EXPECT_THAT(story, ElementsAre("first", "second"));
}

// --- timers

TEST_F(LoopTest, TimersFireInTheOrderOfTheirMomentsAndNeverEarly) {
  constexpr int kTimers = 300;
  Rng rng(7);
  std::vector<int> fired;
  std::vector<TimePoint> dues;
  std::list<Does> targets;
  std::list<Timer> timers;
  const TimePoint start = loop.now();
  for (int i = 0; i < kTimers; ++i) {
    dues.push_back(start + rng.between(Duration(0), Duration(20ms)));
    targets.emplace_back([&fired, &dues, i] {
      EXPECT_GE(Clock::now(), dues[static_cast<std::size_t>(i)]);
      fired.push_back(i);
    });
    timers.emplace_back(loop, targets.back()).arm(dues.back());
  }
  // Every third is taken out of the middle of the heap again.
  int index = 0;
  for (Timer& timer : timers) {
    if (index++ % 3 == 0) timer.disarm();
  }
  ASSERT_TRUE(until([&] { return fired.size() == kTimers - kTimers / 3; }));
  EXPECT_TRUE(
      std::ranges::is_sorted(fired, {}, [&](int i) { return dues[static_cast<std::size_t>(i)]; }));
  EXPECT_TRUE(std::ranges::none_of(fired, [](int i) { return i % 3 == 0; }));
}

TEST_F(LoopTest, ATimerOfThePastFires) {
  Counting target;
  Timer timer(loop, target);
  timer.arm(TimePoint{});
  ASSERT_TRUE(until([&] { return target.count == 1; }));
  EXPECT_FALSE(timer.armed());
}

TEST_F(LoopTest, AnArmedTimerStaysWithTheEarlierMoment) {
  Counting brought_forward;
  Counting kept;
  Timer first(loop, brought_forward);
  Timer second(loop, kept);
  first.arm(loop.now() + 1h);
  first.arm(loop.now() + 1ms);
  second.arm(loop.now() + 1ms);
  second.arm(loop.now() + 1h);
  ASSERT_TRUE(until([&] { return brought_forward.count == 1 && kept.count == 1; }));
  EXPECT_FALSE(first.armed());
  EXPECT_FALSE(second.armed());
}

TEST_F(LoopTest, ATimerThatIsDisarmedOrDestroyedDoesNotFire) {
  Counting disarmed;
  Counting destroyed;
  Counting last;
  Timer first(loop, disarmed);
  auto second = std::make_unique<Timer>(loop, destroyed);
  Timer third(loop, last);
  first.arm(loop.now() + 1ms);
  second->arm(loop.now() + 1ms);
  third.arm(loop.now() + 2ms);
  first.disarm();
  second.reset();
  ASSERT_TRUE(until([&] { return last.count == 1; }));
  EXPECT_EQ(disarmed.count, 0);
  EXPECT_EQ(destroyed.count, 0);
}

TEST_F(LoopTest, ATimerMayBeArmedByWhatItFires) {
  int count = 0;
  Timer* armed = nullptr;
  Does target([&] {
    if (++count < 3) armed->arm(loop.now() + 1ms);
  });
  Timer timer(loop, target);
  armed = &timer;
  timer.arm(loop.now() + 1ms);
  EXPECT_TRUE(until([&] { return count == 3; }));
}

// --- wakeups

Task<> wait_for(Wakeup& wakeup, int& woken) {
  for (;;) {
    co_await wakeup.wait();
    ++woken;
  }
}

Task<> wait_for(Wakeup& wakeup, TimePoint deadline, bool& done) {
  while (wakeup.loop().now() < deadline) {
    co_await wakeup.wait_until(deadline);
  }
  done = true;
}

TEST_F(LoopTest, ManyNotificationsWakeAWaiterOnceAndFromTheQueue) {
  Wakeup wakeup(loop);
  int woken = 0;
  Task<> task = wait_for(wakeup, woken);
  task.start();
  for (int i = 0; i < 3; ++i) wakeup.notify();
  EXPECT_EQ(woken, 0);
  settle();
  EXPECT_EQ(woken, 1);
}

TEST_F(LoopTest, ANotificationBeforeTheWaitIsNotLost) {
  Wakeup wakeup(loop);
  wakeup.notify();
  wakeup.notify();
  int woken = 0;
  Task<> task = wait_for(wakeup, woken);
  task.start();
  EXPECT_EQ(woken, 1);
}

TEST_F(LoopTest, AWaitEndsAtItsDeadline) {
  Wakeup wakeup(loop);
  bool done = false;
  Task<> task = wait_for(wakeup, loop.now() + 2ms, done);
  task.start();
  EXPECT_FALSE(done);
  EXPECT_TRUE(until([&] { return done; }));
}

TEST_F(LoopTest, ACoroutineDestroyedInItsWaitLeavesNobodyWaiting) {
  Wakeup wakeup(loop);
  int woken = 0;
  Task<> gone = wait_for(wakeup, woken);
  gone.start();
  gone = {};
  wakeup.notify();
  settle();
  EXPECT_EQ(woken, 0);
  // The notification is for whoever waits next.
  Task<> next = wait_for(wakeup, woken);
  next.start();
  EXPECT_EQ(woken, 1);
}

TEST_F(LoopTest, ACoroutineDestroyedBetweenItsNotificationAndItsTurnDoesNotRun) {
  Wakeup wakeup(loop);
  int woken = 0;
  Task<> gone = wait_for(wakeup, woken);
  gone.start();
  wakeup.notify();
  gone = {};
  settle();
  EXPECT_EQ(woken, 0);
}

TEST_F(LoopTest, ATimerOfADestroyedWaitWakesNobody) {
  Wakeup wakeup(loop);
  bool done = false;
  Task<> gone = wait_for(wakeup, loop.now() + 1ms, done);
  gone.start();
  gone = {};
  Counting later;
  Timer timer(loop, later);
  timer.arm(loop.now() + 2ms);
  ASSERT_TRUE(until([&] { return later.count == 1; }));
  EXPECT_FALSE(done);
}

}  // namespace
}  // namespace firedrill
