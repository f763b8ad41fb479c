#include "proxy/session/task.h"

#include "tests/session/turning_loop.h"

#include <gmock/gmock.h>

#include <memory>

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

class TaskTest : public testing::Test, protected TurningLoop {
 protected:
  std::vector<std::string> story;
  Wakeup wakeup{loop};
};

Task<int> answer() {
  co_return 42;
}

Task<std::unique_ptr<int>> owned(int value) {
  co_return std::make_unique<int>(value);
}

Task<> add_both(int& sum) {
  const int first = co_await answer();
  const std::unique_ptr<int> second = co_await owned(8);
  sum = first + *second;
}

TEST_F(TaskTest, GivesItsValueToWhoeverAwaitsIt) {
  int sum = 0;
  Task<> task = add_both(sum);
  task.start();
  EXPECT_TRUE(task.done());
  EXPECT_EQ(sum, 50);
}

Task<> inner(Wakeup& wakeup, std::vector<std::string>& story) {
  const Farewell farewell(story, "inner gone");
  story.emplace_back("inner waits");
  co_await wakeup.wait();
  story.emplace_back("inner goes on");
}

Task<> middle(Wakeup& wakeup, std::vector<std::string>& story) {
  const Farewell farewell(story, "middle gone");
  co_await inner(wakeup, story);
  story.emplace_back("middle goes on");
}

Task<> outer(Wakeup& wakeup, std::vector<std::string>& story) {
  const Farewell farewell(story, "outer gone");
  co_await middle(wakeup, story);
  story.emplace_back("outer goes on");
}

TEST_F(TaskTest, DoesNothingBeforeItIsStarted) {
  {
    const Task<> task = outer(wakeup, story);
    EXPECT_FALSE(task.done());
  }
  EXPECT_THAT(story, IsEmpty());
}

TEST_F(TaskTest, ANestedTaskThatWaitsGoesOnThroughAllThatAwaitIt) {
  Task<> task = outer(wakeup, story);
  task.start();
  EXPECT_THAT(story, ElementsAre("inner waits"));
  EXPECT_FALSE(task.done());
  wakeup.notify();
  settle();
  EXPECT_TRUE(task.done());
  EXPECT_THAT(story, ElementsAre("inner waits", "inner goes on", "inner gone", "middle goes on",
                                 "middle gone", "outer goes on", "outer gone"));
}

TEST_F(TaskTest, DestroyedInItsWaitItDestroysTheLocalsOfAllThatItAwaits) {
  {
    Task<> task = outer(wakeup, story);
    task.start();
  }
  EXPECT_THAT(story, ElementsAre("inner waits", "inner gone", "middle gone", "outer gone"));
  wakeup.notify();
  settle();
  EXPECT_EQ(story.size(), 4u);
}

TEST_F(TaskTest, BelongsToTheLastThatItWasMovedTo) {
  Task<> first = outer(wakeup, story);
  first.start();
  Task<> second = std::move(first);
  EXPECT_TRUE(first.done());
  EXPECT_FALSE(second.done());
  second = {};
  EXPECT_EQ(story.back(), "outer gone");
}

}  // namespace
}  // namespace firedrill
