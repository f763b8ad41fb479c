// What stream faults may do to a group, such as a reply with entries, and to the events in it.

#include "tests/fault/event_line.h"
#include "tests/fault/stream_fault.h"

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

// Groups begin with a '*'.
TEST(StreamGroups, AreHeldWithWhateverIsBehindThem) {
  Staged late("stream.delay", R"({"delay": "5s"})");
  EXPECT_THAT(late.feed({":a", "*b!", ":c", "d"}).out(), ElementsAre(":a"));
  EXPECT_THAT(late.at(5s).out(), ElementsAre("*b!", ":c", "d"));
  Staged slow("stream.throttle", R"({"events_per_second": 1})");
  EXPECT_THAT(slow.feed({"*a!", "*b!", ":c"}).out(), ElementsAre("*a!"));
  EXPECT_THAT(slow.at(1s).out(), ElementsAre("*b!", ":c"));
}

TEST(StreamGroups, AreNotOvertakenByHeartbeatsOfAStall) {
  Staged stream("stream.stall", R"({"for": "30s"})");
  EXPECT_THAT(stream.feed({"*a!", ":b", "c"}).out(), IsEmpty());
  EXPECT_THAT(stream.at(30s).out(), ElementsAre("*a!", ":b", "c"));
  EXPECT_THAT(stream.feed({"d!", ":e", "*f", ":g"}).out(), ElementsAre(":e"));
  EXPECT_THAT(stream.at(60s).out(), ElementsAre("d!", "*f", ":g"));
  EXPECT_THAT(stream.feed({"h!", ":i"}).out(), ElementsAre(":i")) << "the next stall holds none";
}

TEST(StreamGroups, AreNotRepeated) {
  Staged twice("stream.duplicate", R"({"copies": 2})");
  EXPECT_THAT(twice.feed("*a!").out(), ElementsAre("*a!"));
  Staged again("stream.replay", R"({"last": 3})");
  EXPECT_THAT(again.feed({"*a", "b!"}).out(), ElementsAre("*a", "b!", "b!"));
}

TEST(StreamGroups, KeepTheirPlace) {
  Staged stream("stream.reorder", R"({"window": 2})");
  EXPECT_THAT(stream.feed({"a!", "*b", "c"}).out(), ElementsAre("*b", "c", "a!"));
}

TEST(StreamGroups, AreNotLostInAGap) {
  Staged stream("stream.gap", R"({"events": 2})");
  EXPECT_THAT(stream.feed({"a!", "*b", "c", "d"}).out(), ElementsAre("*b", "d"));
}

TEST(StreamGroups, CanBeWhatAConnectionIsCutAt) {
  Staged stream("stream.cut", R"({"position": "within"})");
  EXPECT_THAT(stream.feed({":a", "*bcd!", ":e"}).out(), ElementsAre(":a", "*b"));
  EXPECT_EQ(stream.ended(), BodyEnd::fin);
}

// What becomes of one event of a group.
Decided of_a_group(std::string_view type, std::string_view with = "{}") {
  const Compiled compiled = compile(type, with);
  EXPECT_NE(compiled.spec, nullptr) << describe(compiled.problems);
  const event::Event event{.raw = {}, .payload = "a", .grouped = true};
  const auto codec = event::make_codec("redis");
  EventVerdict verdict;
  Rng rng(1);
  const Applied applied = compiled.spec->on_event(event, *codec, verdict, rng);
  return {std::move(verdict), applied};
}

TEST(StreamGroups, HaveTheCopiesOfTheirEventsWithin) {
  const Decided decided = of_a_group("stream.duplicate", R"({"copies": 3})");
  EXPECT_EQ(decided.applied, Applied::yes);
  EXPECT_EQ(decided.verdict.copies, 3u);
  EXPECT_EQ(decide("stream.duplicate", "{}", "a").verdict.copies, 0u) << "the stage's business";
}

TEST(StreamGroups, HaveEventsThatNothingMoves) {
  EXPECT_EQ(of_a_group("stream.reorder").applied, Applied::no);
  EXPECT_EQ(of_a_group("stream.replay").applied, Applied::no);
  EXPECT_EQ(of_a_group("stream.gap", R"({"events": 2})").applied, Applied::no);
  EXPECT_EQ(of_a_group("stream.duplicate", R"({"gap": "1s"})").applied, Applied::no);
  EXPECT_EQ(of_a_group("stream.duplicate", R"({"distance": 1})").applied, Applied::no);
  EXPECT_EQ(of_a_group("stream.delay", R"({"delay": "1s", "scope": "event"})").applied,
            Applied::no);
}

TEST(StreamGroups, HaveEventsThatTheOtherFaultsAreDoneTo) {
  EXPECT_EQ(of_a_group("stream.drop").applied, Applied::yes);
  EXPECT_EQ(of_a_group("stream.delay", R"({"delay": "1s"})").applied, Applied::yes);
  EXPECT_EQ(of_a_group("stream.stall").applied, Applied::yes);
  EXPECT_EQ(of_a_group("stream.throttle", R"({"events_per_second": 1})").applied, Applied::yes);
  EXPECT_EQ(of_a_group("stream.cut").applied, Applied::yes);
}

}  // namespace
}  // namespace firedrill
