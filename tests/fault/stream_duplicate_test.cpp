#include "tests/fault/event_line.h"

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(StreamDuplicate, SendsTheEventOnceMoreUnlessToldOtherwise) {
  EXPECT_THAT(Staged("stream.duplicate", "{}").feed({"a!", "b"}).out(),
              ElementsAre("a!", "a!", "b"));
  EXPECT_THAT(Staged("stream.duplicate", R"({"copies": 3})").feed("a!").out(),
              ElementsAre("a!", "a!", "a!", "a!"));
}

TEST(StreamDuplicate, LeavesAGapBetweenTheCopies) {
  Staged stream("stream.duplicate", R"({"copies": 2, "gap": "10ms"})");
  EXPECT_THAT(stream.feed({"a!", "b"}).out(), ElementsAre("a!", "b"));
  EXPECT_THAT(stream.at(10ms).feed("c").out(), ElementsAre("a!", "c"));
  EXPECT_THAT(stream.at(19ms).out(), IsEmpty());
  EXPECT_THAT(stream.at(20ms).out(), ElementsAre("a!"));
}

TEST(StreamDuplicate, SendsTheCopiesBehindLaterEvents) {
  Staged stream("stream.duplicate", R"({"distance": 2})");
  EXPECT_THAT(stream.feed({"a!", "b", ":beat"}).out(), ElementsAre("a!", "b", ":beat"));
  EXPECT_THAT(stream.feed({"c", "d"}).out(), ElementsAre("c", "a!", "d"));
}

TEST(StreamDuplicate, TheEndOfTheStreamIsFarEnough) {
  Staged stream("stream.duplicate", R"({"distance": 5})");
  EXPECT_THAT(stream.feed({"a!", "b"}).finish().out(), ElementsAre("a!", "b", "a!"));
}

TEST(StreamDuplicate, CopiesThatWaitEndWithTheFault) {
  EXPECT_THAT(Staged("stream.duplicate", R"({"distance": 5})").feed("a!").off().out(),
              ElementsAre("a!"));
  EXPECT_THAT(Staged("stream.duplicate", R"({"gap": "1s"})").feed("a!").off().out(),
              ElementsAre("a!"));
}

TEST(StreamDuplicate, RefusesNoCopyAndCopiesWithoutEnd) {
  EXPECT_EQ(refusal("stream.duplicate", R"({"copies": 0})"),
            "with.copies: must be from 1 to 100, not \"0\"");
  EXPECT_EQ(refusal("stream.duplicate", R"({"copies": 101})"),
            "with.copies: must be from 1 to 100, not \"101\"");
  EXPECT_EQ(refusal("stream.duplicate", R"({"gap": "1s", "distance": 1})"),
            "with.distance: can't be given with gap");
}

}  // namespace
}  // namespace firedrill
