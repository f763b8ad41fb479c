#include "proxy/model/budget.h"

#include "tests/model/reading.h"

#include <thread>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

std::string mistakes(std::string_view json) {
  Problems problems;
  EXPECT_FALSE(Kind<Budget>::read(value_of(json), "budget", problems).has_value());
  return describe(problems);
}

// How many of ten are taken at that time.
int taken(Spending& spending, const Budget& budget, Duration elapsed) {
  int count = 0;
  for (int i = 0; i < 10; ++i) count += spending.take(budget, elapsed) ? 1 : 0;
  return count;
}

TEST(Budget, TotalEndsForGoodAndBeginsAnewWithAnActivation) {
  Spending spending;
  const Budget budget{.total = 3};
  EXPECT_EQ(taken(spending, budget, 0s), 3);
  EXPECT_EQ(taken(spending, budget, 1h), 0);
  EXPECT_FALSE(spending.has_room(budget, 1h));
  spending.activate();
  EXPECT_TRUE(spending.has_room(budget, 0s));
  EXPECT_EQ(taken(spending, budget, 0s), 3);
}

TEST(Budget, PerSecondIsThereAgainInEachSecond) {
  Spending spending;
  const Budget budget{.per_second = 4};
  EXPECT_EQ(taken(spending, budget, 0ms), 4);
  EXPECT_EQ(taken(spending, budget, 999ms), 0);
  EXPECT_FALSE(spending.has_room(budget, 999ms));
  EXPECT_TRUE(spending.has_room(budget, 1s));
  EXPECT_EQ(taken(spending, budget, 1s), 4);
  EXPECT_EQ(taken(spending, budget, 999ms), 0) << "a clock that was read earlier gains nothing";
  EXPECT_EQ(taken(spending, budget, 5s), 4);
}

TEST(Budget, ConcurrentUnitsComeBack) {
  const auto spending = std::make_shared<Spending>();
  const Budget budget{.concurrent = 2};
  ASSERT_TRUE(spending->take(budget, 0s));
  ASSERT_TRUE(spending->take(budget, 0s));
  BudgetUnit first(spending);
  BudgetUnit second(spending);
  EXPECT_FALSE(spending->take(budget, 0s));
  spending->activate();
  EXPECT_FALSE(spending->take(budget, 0s)) << "what is in use stays so through activations";
  second = std::move(first);
  EXPECT_FALSE(first);
  EXPECT_EQ(spending->in_use(), 1U);
  EXPECT_TRUE(spending->take(budget, 0s));
  spending->give_back();
  second = {};
  EXPECT_EQ(spending->in_use(), 0U);
}

TEST(Budget, WhatOneLimitRefusesTakesNothingOfTheOthers) {
  Spending spending;
  const Budget budget{.concurrent = 5, .per_second = 1, .total = 2};
  EXPECT_EQ(taken(spending, budget, 0s), 1);
  EXPECT_EQ(spending.in_use(), 1U);
  EXPECT_EQ(taken(spending, budget, 1s), 1);
  EXPECT_EQ(taken(spending, budget, 2s), 0) << "of the total";
  EXPECT_EQ(spending.in_use(), 2U);
}

TEST(Budget, ARefundIsThereForTheNext) {
  Spending spending;
  const Budget budget{.per_second = 1, .total = 2};
  ASSERT_TRUE(spending.take(budget, 0s));
  spending.refund(budget);
  EXPECT_EQ(taken(spending, budget, 0s), 1);
  EXPECT_EQ(taken(spending, budget, 1s), 1);
  spending.activate();
  spending.refund(budget);
  EXPECT_TRUE(spending.take(budget, 0s)) << "a refund after an activation takes nothing below zero";
}

TEST(Budget, RacingWorkersNeverTakeMore) {
  Spending spending;
  const Budget budget{.per_second = 700, .total = 1000};
  std::atomic<int> count = 0;
  {
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < 4; ++worker) {
      workers.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) count += spending.take(budget, 0s) ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(count, 700);
  EXPECT_EQ(spending.has_room(budget, 1s), true);
}

TEST(Budget, MistakesAreNamed) {
  EXPECT_EQ(mistakes("3"), "budget: must be a map with concurrent, per_second or total, not \"3\"");
  EXPECT_EQ(mistakes(R"({"total": 0})"), "budget.total: must be from 1 to 4294967295, not \"0\"");
  EXPECT_EQ(mistakes(R"({"concurent": 1})"),
            "budget.concurent: is not a known key; did you mean \"concurrent\"?");
}

}  // namespace
}  // namespace firedrill
