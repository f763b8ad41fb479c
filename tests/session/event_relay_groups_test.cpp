// Events that go over the wire as one thing, for which the entries in a reply of Redis stand.

#include "tests/codec/redis_replies.h"
#include "tests/session/streamed.h"

#include <gmock/gmock.h>

namespace firedrill {
namespace {

using namespace test;

// The reply to an XREAD.
std::string reply(std::initializer_list<std::string_view> entries) {
  return test::map({bulk("orders"), test::array(entries)});
}

const std::string kA = entry("1-0", "a");
const std::string kB = entry("1-1", "b");
const std::string kC = entry("1-2", "c");
const std::string kReply = reply({kA, kB, kC});
constexpr std::string_view kOfB = R"({"payload": "^b$"})";

TEST(EventGroup, LosesTheEventsThatAreDropped) {
  EXPECT_EQ(through({.type = "stream.drop", .match = kOfB}, kReply, "redis"), reply({kA, kC}));
  EXPECT_EQ(through({.type = "stream.drop"}, kReply, "redis"), "_\r\n");
}

TEST(EventGroup, HasTheCopiesOfAnEventBesideIt) {
  EXPECT_EQ(through({.type = "stream.duplicate", .with = R"({"copies": 2})", .match = kOfB}, kReply,
                    "redis"),
            reply({kA, kB, kB, kB, kC}));
}

TEST(EventGroup, HasWhatIsPutInOrInstead) {
  const std::string poison = entry("1-1", "{");
  const auto poisoned = [](std::string_view with) {
    return through({.type = "stream.poison", .with = with, .match = kOfB}, kReply, "redis");
  };
  EXPECT_EQ(poisoned(R"({"payload": "{"})"), reply({kA, poison, kC}));
  EXPECT_EQ(poisoned(R"({"payload": "{", "position": "before"})"), reply({kA, poison, kB, kC}));
  EXPECT_EQ(poisoned(R"({"payload": "{", "position": "after"})"), reply({kA, kB, poison, kC}));
}

TEST(EventGroup, IsBrokenWhereItsEventIs) {
  std::string broken = kB;
  broken.front() = '@';
  EXPECT_EQ(through({.type = "stream.corrupt", .with = R"({"framing": "bad_type"})", .match = kOfB},
                    kReply, "redis"),
            reply({kA, broken, kC}));
}

TEST(EventGroup, HasItsEventsJudgedOneByOne) {
  Trigger every_second;
  every_second.every = 2;
  const EventFault fault{.type = "stream.drop", .trigger = every_second};
  EXPECT_EQ(through(fault, kReply + kReply, "redis"), reply({kA, kC}) + reply({kB}));
}

TEST(EventGroup, IsLateAsAWhole) {
  Streamed stream("redis");
  stream.rules(only({.type = "stream.delay", .with = R"({"delay": "5s"})", .match = kOfB}));
  stream.feed("+before\r\n" + kReply + "+behind\r\n");
  EXPECT_EQ(stream.text(), "+before\r\n");
  stream.advance_to(5s);
  EXPECT_EQ(stream.text(), "+before\r\n" + kReply + "+behind\r\n");
}

TEST(EventGroup, CountsAllItsEvents) {
  Streamed stream("redis");
  stream.feed(kReply);
  EXPECT_EQ(stream.counters().stream_events, 3u);
}

TEST(EventGroup, PassesAsItIsOnceItHasBegunToGoOn) {
  for (std::size_t sent = 1; sent < kReply.size(); ++sent) {
    Streamed stream("redis");
    stream.feed(std::string_view(kReply).substr(0, sent));
    stream.rules(only({.type = "stream.drop"}));
    stream.feed(std::string_view(kReply).substr(sent));
    stream.feed(kReply);
    ASSERT_EQ(stream.text(), kReply + "_\r\n") << "after " << sent;
  }
}

}  // namespace
}  // namespace firedrill
