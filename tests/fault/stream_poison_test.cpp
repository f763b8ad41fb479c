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
  EXPECT_THAT(before.before, ElementsAre(MadeEvent{"p"}));
  EXPECT_THAT(before.after, IsEmpty());
  const EventVerdict after = poison(R"({"payload": "p", "position": "after"})");
  EXPECT_FALSE(after.edited);
  EXPECT_THAT(after.before, IsEmpty());
  EXPECT_THAT(after.after, ElementsAre(MadeEvent{"p"}));
}

TEST(StreamPoison, JoinsThePoisonOfOthers) {
  EXPECT_THAT(poison(R"({"payload": "p", "position": "before"})", {.before = {{"first"}}}).before,
              ElementsAre(MadeEvent{"first"}, MadeEvent{"p"}));
}

TEST(StreamPoison, MayBeEmptyButMustBeGiven) {
  EXPECT_TRUE(poison(R"({"payload": ""})").edited);
  EXPECT_EQ(poison(R"({"payload": ""})").payload, "");
  EXPECT_EQ(refusal("stream.poison", "{}"), "with.payload: is required, or pointer, or type");
}

TEST(StreamPoison, MayBeTheMatchedEventWithAnotherValue) {
  const auto with = R"({"pointer": "/n", "value": {"deep": [1]}, "position": "after"})";
  const Decided decided = decide("stream.poison", with, R"({"n": 1, "m":2})");
  EXPECT_THAT(decided.verdict.after, ElementsAre(MadeEvent{R"({"n": {"deep":[1]}, "m":2})"}));
  EXPECT_EQ(decide("stream.poison", with, R"({"m":2})").applied, Applied::no);
  EXPECT_EQ(refusal("stream.poison", R"({"pointer": "/n", "payload": "p"})"),
            "with.payload: can't be given with pointer");
}

TEST(StreamPoison, MayHaveAnotherType) {
  EXPECT_THAT(poison(R"({"payload": "p", "type": "t", "position": "before"})").before,
              ElementsAre(MadeEvent{"p", "t"}));
  const EventVerdict renamed = poison(R"({"type": "t"})");
  EXPECT_EQ(renamed.type, "t");
  EXPECT_EQ(renamed.payload, "sound");
}

}  // namespace
}  // namespace firedrill
