#include "tests/fault/event_line.h"

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(StreamStall, HoldsEventsAndLetsHeartbeatsPass) {
  Staged stream("stream.stall", R"({"for": "30s"})");
  EXPECT_THAT(stream.feed({"a", "b!"}).at(1s).feed({"c", ":beat"}).out(),
              ElementsAre("a", ":beat"));
  EXPECT_TRUE(stream.line().accepts()) << "it reads on";
  EXPECT_THAT(stream.at(30s).feed("d").out(), ElementsAre("b!", "c", "d"));
}

TEST(StreamStall, MayStopHeartbeatsToo) {
  Staged stream("stream.stall", R"({"for": "30s", "heartbeats": "stop"})");
  EXPECT_THAT(stream.feed({"b!", ":beat", "c"}).out(), IsEmpty());
  EXPECT_THAT(stream.at(30s).out(), ElementsAre("b!", ":beat", "c"));
}

TEST(StreamStall, AHitWithinAStallDoesNotMakeItLonger) {
  Staged stream("stream.stall", R"({"for": "30s"})");
  stream.feed("a!").at(20s).feed("b!");
  EXPECT_THAT(stream.at(30s).out(), ElementsAre("a!", "b!"));
  EXPECT_THAT(stream.feed("c!").at(59s).out(), IsEmpty()) << "a later one stalls again";
  EXPECT_THAT(stream.at(60s).out(), ElementsAre("c!"));
}

TEST(StreamStall, LastsUntilItsFaultEnds) {
  Staged stream("stream.stall", "{}");
  EXPECT_THAT(stream.feed({"a!", "b"}).at(1000h).out(), IsEmpty());
  EXPECT_EQ(stream.line().next_due(), kNever);
  EXPECT_THAT(stream.off().out(), ElementsAre("a!", "b"));
}

TEST(StreamStall, WithBackpressureNothingMoreIsRead) {
  Staged stream("stream.stall", R"({"for": "30s", "mode": "backpressure"})");
  EXPECT_TRUE(stream.feed("a").line().accepts());
  EXPECT_FALSE(stream.feed("b!").line().accepts());
  EXPECT_TRUE(stream.at(30s).line().accepts());
}

TEST(StreamStall, StopsReadingAtTheBounds) {
  Staged events("stream.stall", "{}", {.events = 2, .bytes = 1000});
  EXPECT_TRUE(events.feed("a!").line().accepts());
  EXPECT_FALSE(events.feed("b").line().accepts());
  Staged bytes("stream.stall", "{}", {.events = 1000, .bytes = 4});
  EXPECT_TRUE(bytes.feed("a!").line().accepts());
  EXPECT_FALSE(bytes.feed("bc").line().accepts());
}

TEST(StreamStall, OfAStreamThatHasEndedWaitsForTheFault) {
  Staged stream("stream.stall", "{}");
  EXPECT_THAT(stream.feed({"a!", "b"}).finish().out(), ElementsAre("a!", "b"));
  EXPECT_EQ(stream.hold().due, kNever);
  EXPECT_EQ(stream.hold().key, Staged::kRule);
}

TEST(StreamStall, CanNotKeepHeartbeatsThatItDoesNotRead) {
  EXPECT_EQ(refusal("stream.stall", R"({"mode": "backpressure", "heartbeats": "keep"})"),
            "with.heartbeats: can't be kept with mode backpressure, which reads none");
}

}  // namespace
}  // namespace firedrill
