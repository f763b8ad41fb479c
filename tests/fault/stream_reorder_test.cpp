#include "tests/fault/event_line.h"

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(StreamReorder, SwapsAHitEventWithTheNext) {
  Staged stream("stream.reorder", "{}");
  EXPECT_THAT(stream.feed({"a", "b!"}).out(), ElementsAre("a"));
  EXPECT_THAT(stream.feed({"c", "d"}).out(), ElementsAre("c", "b!", "d"));
}

TEST(StreamReorder, SwapsNeighboursInALargerWindow) {
  Staged stream("stream.reorder", R"({"window": 5})");
  EXPECT_THAT(stream.feed({"a!", "b", "c", "d", "e"}).out(), ElementsAre("b", "a!", "d", "c", "e"));
}

TEST(StreamReorder, TurnsTheWindowRound) {
  Staged stream("stream.reorder", R"({"window": 3, "mode": "reverse"})");
  EXPECT_THAT(stream.feed({"a!", "b", "c", "d"}).out(), ElementsAre("c", "b", "a!", "d"));
}

TEST(StreamReorder, ShuffleLeavesNoEventInItsPlace) {
  Staged stream("stream.reorder", R"({"window": 4, "mode": "shuffle"})");
  const auto out = stream.feed({"a!", "b", "c", "d"}).out();
  EXPECT_THAT(out, testing::UnorderedElementsAre("a!", "b", "c", "d"));
  const std::vector<std::string> before{"a!", "b", "c", "d"};
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_NE(out.at(i), before[i]);
}

TEST(StreamReorder, HeartbeatsPassMeanwhile) {
  Staged stream("stream.reorder", "{}");
  EXPECT_THAT(stream.feed({"a!", ":beat"}).out(), ElementsAre(":beat"));
}

TEST(StreamReorder, AWindowThatDoesNotFillGoesOnByItself) {
  Staged stream("stream.reorder", R"({"window": 3, "mode": "reverse", "max_hold": "50ms"})");
  EXPECT_THAT(stream.feed("a!").at(10ms).feed("b").at(49ms).out(), IsEmpty());
  EXPECT_THAT(stream.at(50ms).out(), ElementsAre("b", "a!"));
  EXPECT_EQ(stream.line().next_due(), kNever);
}

TEST(StreamReorder, TheEndOfTheStreamAndTheBoundEndAWindow) {
  Staged ended("stream.reorder", R"({"window": 3, "mode": "reverse"})");
  EXPECT_THAT(ended.feed({"a!", "b"}).finish().out(), ElementsAre("b", "a!"));
  EXPECT_EQ(ended.hold().due, TimePoint{}) << "at once";
  Staged bounded("stream.reorder", R"({"window": 9, "mode": "reverse"})",
                 {.events = 2, .bytes = 1000});
  EXPECT_THAT(bounded.feed({"a!", "b"}).out(), ElementsAre("b", "a!"));
}

TEST(StreamReorder, KeepsTheOrderWhenItsFaultEnds) {
  EXPECT_THAT(Staged("stream.reorder", R"({"window": 3})").feed({"a!", "b"}).off().out(),
              ElementsAre("a!", "b"));
}

TEST(StreamReorder, NeedsAWindowOfTwo) {
  EXPECT_EQ(refusal("stream.reorder", R"({"window": 1})"),
            "with.window: must be from 2 to 1000, not \"1\"");
}

}  // namespace
}  // namespace firedrill
