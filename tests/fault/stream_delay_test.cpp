#include "tests/fault/event_line.h"

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(StreamDelay, HoldsTheEventAndEverythingBehindIt) {
  Staged stream("stream.delay", R"({"delay": "30ms"})");
  stream.feed({"a", "b!"}).at(5ms).feed({"c", ":beat", "d!"});
  EXPECT_THAT(stream.out(), ElementsAre("a"));
  EXPECT_EQ(stream.line().next_due(), kStart + 30ms);
  EXPECT_THAT(stream.at(30ms).out(), ElementsAre("b!", "c", ":beat"));
  EXPECT_THAT(stream.at(35ms).out(), ElementsAre("d!"));
  EXPECT_EQ(stream.line().next_due(), kNever);
}

TEST(StreamDelay, WithScopeEventTheOthersOvertake) {
  Staged stream("stream.delay", R"({"delay": "30ms", "scope": "event"})");
  stream.feed({"a!", "b"}).at(5ms).feed({":beat", "c!"});
  EXPECT_THAT(stream.out(), ElementsAre("b", ":beat"));
  EXPECT_THAT(stream.at(40ms).feed("d").out(), ElementsAre("a!", "c!", "d"));
}

TEST(StreamDelay, LetsGoInOrderWhenItsFaultEnds) {
  Staged stream("stream.delay", R"({"delay": {"uniform": ["1s", "9s"]}, "scope": "event"})");
  stream.feed({"1!", "22!", "333!", "4444!", "55555!"});
  EXPECT_THAT(stream.off().out(), ElementsAre("1!", "22!", "333!", "4444!", "55555!"));
  EXPECT_TRUE(stream.line().empty());
}

TEST(StreamDelay, WhatIsLateWhenTheStreamEndsLeavesByAHoldOfItsRule) {
  Staged stream("stream.delay", R"({"delay": "30ms"})");
  stream.feed("a!").at(10ms).finish();
  EXPECT_THAT(stream.out(), ElementsAre("a!"));
  EXPECT_EQ(stream.hold().due, kStart + 30ms);
  EXPECT_EQ(stream.hold().key, Staged::kRule);
}

TEST(StreamDelay, DrawsByTheIdentityOfTheEvent) {
  Staged stream("stream.delay", R"({"delay": {"uniform": ["10ms", "90ms"]}})");
  const auto due = [&](std::string_view text) {
    stream.feed(text);
    const TimePoint when = stream.line().next_due();
    stream.off();
    return when;
  };
  const TimePoint first = due("a!");
  EXPECT_GE(first, kStart + 10ms);
  EXPECT_LE(first, kStart + 90ms);
  EXPECT_EQ(Staged("stream.delay", R"({"delay": {"uniform": ["10ms", "90ms"]}})")
                .feed("b!")
                .line()
                .next_due(),
            first)
      << "an event of the same identity is held as long";
}

TEST(StreamDelay, AnAbsurdDelayStaysWithinTime) {
  Staged stream("stream.delay", R"({"delay": "2000000h"})");
  EXPECT_EQ(stream.feed("a!").line().next_due(), kStart + std::chrono::hours(24 * 365));
}

TEST(StreamDelay, NeedsADelay) {
  EXPECT_EQ(refusal("stream.delay", "{}"), "with.delay: is required");
}

}  // namespace
}  // namespace firedrill
