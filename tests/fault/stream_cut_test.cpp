#include "tests/fault/event_line.h"
#include "tests/fault/stream_fault.h"

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;

TEST(StreamCut, EndsTheConnectionBehindTheEvent) {
  Staged stream("stream.cut", "{}");
  EXPECT_THAT(stream.feed({"a", "bcd!", "e"}).out(), ElementsAre("a", "bcd!"));
  EXPECT_EQ(stream.ended(), BodyEnd::fin);
}

TEST(StreamCut, EndsItBeforeTheEvent) {
  Staged stream("stream.cut", R"({"position": "before", "end": "rst"})");
  EXPECT_THAT(stream.feed({"a", "bcd!", "e"}).out(), ElementsAre("a"));
  EXPECT_EQ(stream.ended(), BodyEnd::reset);
}

TEST(StreamCut, EndsItWithinTheEvent) {
  Staged stream("stream.cut", R"({"position": "within"})");
  EXPECT_THAT(stream.feed({"a", "bcd!", "e"}).out(), ElementsAre("a", "bc"));
  EXPECT_EQ(stream.ended(), BodyEnd::fin);
}

TEST(StreamCut, IsNotDoneWhereTheProtocolHasNoCloseMessage) {
  EXPECT_EQ(decide("stream.cut", "{}", "x").applied, Applied::yes);
  EXPECT_EQ(decide("stream.cut", R"({"code": 1001})", "x").applied, Applied::no);
  EXPECT_EQ(refusal("stream.cut", R"({"code": 1001, "codec": "sse"})"),
            "with.code: is not possible on sse, which has no close message");
  EXPECT_EQ(refusal("stream.cut", R"({"code": 1001, "position": "within"})"),
            "with.code: can't be sent within an event");
}

TEST(StreamCut, LeavesStreamsOfOtherCodecsAlone) {
  EXPECT_EQ(decide("stream.cut", R"({"codec": "ndjson"})", "x").applied, Applied::yes);
  EXPECT_EQ(decide("stream.cut", R"({"codec": "sse"})", "x").applied, Applied::no);
}

}  // namespace
}  // namespace firedrill
