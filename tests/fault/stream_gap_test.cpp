#include "tests/fault/event_line.h"

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;

TEST(StreamGap, LosesEventsFromTheHitOneOn) {
  EXPECT_THAT(
      Staged("stream.gap", R"({"events": 3})").feed({"a", "b!", ":beat", "c", "d", "e"}).out(),
      ElementsAre("a", ":beat", "e"));
}

TEST(StreamGap, AHitWithinAGapDoesNotMakeItLonger) {
  EXPECT_THAT(
      Staged("stream.gap", R"({"events": 2})").feed({"a!", "b!", "c", "d!", "e", "f"}).out(),
      ElementsAre("c", "f"));
}

TEST(StreamGap, EndsWithItsFault) {
  Staged stream("stream.gap", R"({"events": 9})");
  EXPECT_THAT(stream.feed({"a!", "b"}).off().feed("c").out(), ElementsAre("c"));
}

TEST(StreamGap, NeedsALength) {
  EXPECT_EQ(refusal("stream.gap", "{}"), "with.events: is required");
}

}  // namespace
}  // namespace firedrill
