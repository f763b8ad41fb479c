#include "tests/fault/stream_fault.h"

#include <gmock/gmock.h>

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

EventVerdict poison(std::string_view with, EventVerdict verdict = {}) {
  return decide("stream.poison", with, "sound", std::move(verdict)).verdict;
}

TEST(StreamPoison, TakesThePlaceOfTheEventUnlessToldOtherwise) {
  const EventVerdict verdict = poison(R"({"payload": "{poison"})");
  EXPECT_TRUE(verdict.edited);
  EXPECT_EQ(verdict.payload, "{poison");
  EXPECT_THAT(verdict.before, IsEmpty());
  EXPECT_THAT(verdict.after, IsEmpty());
}

TEST(StreamPoison, StandsBesideTheEvent) {
  const EventVerdict before = poison(R"({"payload": "p", "position": "before"})");
  EXPECT_FALSE(before.edited);
  EXPECT_THAT(before.before, ElementsAre("p"));
  EXPECT_THAT(before.after, IsEmpty());
  const EventVerdict after = poison(R"({"payload": "p", "position": "after"})");
  EXPECT_FALSE(after.edited);
  EXPECT_THAT(after.before, IsEmpty());
  EXPECT_THAT(after.after, ElementsAre("p"));
}

TEST(StreamPoison, JoinsThePoisonOfOthers) {
  EXPECT_THAT(poison(R"({"payload": "p", "position": "before"})", {.before = {"first"}}).before,
              ElementsAre("first", "p"));
}

TEST(StreamPoison, MayBeEmptyButMustBeGiven) {
  EXPECT_EQ(poison(R"({"payload": ""})").payload, "");
  EXPECT_EQ(refusal("stream.poison", "{}"), "with.payload: is required");
}

}  // namespace
}  // namespace firedrill
