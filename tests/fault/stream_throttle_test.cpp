#include "tests/fault/event_line.h"

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(StreamThrottle, LetsEventsGoOnAtItsPaceAndInOrder) {
  Staged stream("stream.throttle", R"({"events_per_second": 10})");
  EXPECT_THAT(stream.feed({"a!", "b!", "c!", "d"}).out(), ElementsAre("a!"));
  EXPECT_THAT(stream.at(99ms).out(), IsEmpty());
  EXPECT_THAT(stream.at(100ms).out(), ElementsAre("b!"));
  EXPECT_THAT(stream.at(200ms).out(), ElementsAre("c!", "d"));
  EXPECT_THAT(stream.at(1s).feed({"e!", "f!"}).out(), ElementsAre("e!")) << "no credit by default";
}

TEST(StreamThrottle, ABurstPassesAfterASilence) {
  Staged stream("stream.throttle", R"({"events_per_second": 10, "burst": 3})");
  EXPECT_THAT(stream.feed({"a!", "b!", "c!", "d!", "e!"}).out(), ElementsAre("a!", "b!", "c!"));
  EXPECT_THAT(stream.at(100ms).out(), ElementsAre("d!"));
  EXPECT_THAT(stream.at(200ms).out(), ElementsAre("e!"));
}

TEST(StreamThrottle, WhatIsNotHitPassesWhenNothingWaits) {
  Staged stream("stream.throttle", R"({"events_per_second": 1})");
  EXPECT_THAT(stream.feed({"a!", "b", "c", ":beat"}).out(), ElementsAre("a!", "b", "c", ":beat"));
  EXPECT_THAT(stream.feed({"d!", "e"}).out(), IsEmpty());
}

TEST(StreamThrottle, LetsGoWhenItsFaultEnds) {
  Staged stream("stream.throttle", R"({"events_per_second": 1})");
  EXPECT_THAT(stream.feed({"a!", "b!", "c!"}).off().out(), ElementsAre("a!", "b!", "c!"));
}

TEST(StreamThrottle, NeedsARate) {
  EXPECT_EQ(refusal("stream.throttle", "{}"), "with.events_per_second: is required");
}

}  // namespace
}  // namespace firedrill
