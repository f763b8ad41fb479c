#include "tests/fault/event_line.h"

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;

TEST(StreamReplay, SendsTheLastEventsAgain) {
  Staged stream("stream.replay", R"({"last": 3})");
  EXPECT_THAT(stream.feed({"a", "b", ":beat", "c", "d!", "e"}).out(),
              ElementsAre("a", "b", ":beat", "c", "d!", "b", "c", "d!", "e"));
}

TEST(StreamReplay, SendsWhatThereIsWhenTheStreamIsYoung) {
  EXPECT_THAT(Staged("stream.replay", "{}").feed({"a", "b!"}).out(),
              ElementsAre("a", "b!", "a", "b!"));
}

TEST(StreamReplay, RemembersNoMoreBytesThanTheBound) {
  Staged stream("stream.replay", "{}", {.events = 10, .bytes = 4});
  EXPECT_THAT(stream.feed({"aa", "bb", "c!"}).out(), ElementsAre("aa", "bb", "c!", "bb", "c!"));
  EXPECT_TRUE(stream.line().accepts()) << "nothing is held back";
}

}  // namespace
}  // namespace firedrill
