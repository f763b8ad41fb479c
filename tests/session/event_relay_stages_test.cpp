// Faults that change the order and the time of events, at work in a stream.
#include "tests/session/streamed.h"

#include <gmock/gmock.h>

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;

TEST(EventRelayStages, AHeldEventGoesOnAtItsMoment) {
  Streamed stream("ndjson");
  stream.rules(only(
      {.type = "stream.delay", .with = R"({"delay": "30ms"})", .match = R"({"payload": "late"})"}));
  stream.feed("soon\nlate\n");
  stream.feed_at(5ms, "late\nsoon\n");
  EXPECT_EQ(stream.text(), "soon\n");
  EXPECT_EQ(stream.next_due(), kStart + 30ms);
  stream.advance_to(30ms);
  EXPECT_EQ(stream.text(), "soon\nlate\n");
  stream.advance_to(35ms);
  EXPECT_EQ(stream.text(), "soon\nlate\nlate\nsoon\n");
  EXPECT_EQ(stream.next_due(), kNever);
}

TEST(EventRelayStages, AnEventThatIsLateWhenItsStreamEndsCarriesItsMomentAndItsRule) {
  Streamed stream("ndjson");
  stream.rules(only({.type = "stream.delay", .with = R"({"delay": "30ms"})", .key = 77}));
  stream.feed("late\n");
  stream.finish();
  EXPECT_THAT(stream.sent, ElementsAre(Sent{"late\n", kStart + 30ms, 77}));
}

TEST(EventRelayStages, DelaysAddUpAndEachEndsWithItsRule) {
  const auto delay = [](std::string_view with, std::uint64_t key) {
    return make_rule({.type = "stream.delay", .with = with, .key = key});
  };
  const RulePtr one = delay(R"({"delay": "1ms"})", 1);
  const RulePtr three = delay(R"({"delay": "3ms"})", 2);
  const RulePtr two = delay(R"({"delay": "2ms"})", 3);
  Streamed stream("ndjson");
  stream.rules(active({one, three, two}));
  stream.feed("a\n");
  stream.advance_to(5ms);
  EXPECT_EQ(stream.text(), "");
  EXPECT_EQ(stream.next_due(), kStart + 6ms);
  stream.rules(active({one, three}));
  EXPECT_EQ(stream.text(), "a\n");
}

TEST(EventRelayStages, StagesStandInTheOrderOfTheirRules) {
  Streamed stream("ndjson");
  stream.rules(
      active({make_rule({.type = "stream.duplicate", .key = 3}),
              make_rule({.type = "stream.reorder", .with = R"({"window": 4})", .key = 4})}));
  stream.feed("a\nb\n");
  EXPECT_EQ(stream.text(), "a\na\nb\nb\n") << "the copies fill the window";
}

TEST(EventRelayStages, PoisonBesideAHeldEventDoesNotWaitForIt) {
  Streamed stream("ndjson");
  stream.rules(active(
      {make_rule({.type = "stream.poison", .with = R"({"payload": "p", "position": "before"})"}),
       make_rule({.type = "stream.delay", .with = R"({"delay": "1ms"})", .key = 4})}));
  stream.feed("a\n");
  EXPECT_EQ(stream.text(), "p\n");
  stream.advance_to(1ms);
  EXPECT_EQ(stream.text(), "p\na\n");
}

TEST(EventRelayStages, ACutEndsTheStream) {
  Streamed stream;
  stream.rules(only({.type = "stream.cut",
                     .with = R"({"position": "within", "end": "rst"})",
                     .match = R"({"payload": "b"})"}));
  stream.feed("data: a\n\ndata: b\n\ndata: c\n\n");
  EXPECT_EQ(stream.text(), "data: a\n\ndata");
  EXPECT_EQ(stream.cut(), BodyEnd::reset);
  stream.feed("data: d\n\n");
  stream.finish();
  EXPECT_EQ(stream.text(), "data: a\n\ndata");
}

TEST(EventRelayStages, NotesEveryHitWithWhatBecameOfTheEvent) {
  Counters counters;
  HitLog log;
  HitNotes notes(log, {.connection = 9});
  EventRelay relay("sse",
                   {.peer = {.connection = 9}, .head = "GET / HTTP/1.1\r\nHost: shop\r\n\r\n"},
                   counters, notes);
  const EventRelay::Sink sink = [](ByteView, Hold) {};
  const auto rule = make_rule({.type = "stream.drop", .match = R"({"key": "7"})"});
  relay.refresh(active({rule}), kStart, sink);
  relay.feed(as_bytes("data: a\n\nid: 7\ndata: b\n\n"), kStart, sink);
  const std::vector<Hit> hits = log.of(rule->state);
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].client.connection, 9u);
  const auto& hit = std::get<EventHit>(hits[0].what);
  EXPECT_EQ(hit.id, "7");
  EXPECT_EQ(hit.index, 2u);
  EXPECT_EQ(hit.before, 15u);
  EXPECT_EQ(hit.after, 0u);
}

}  // namespace
}  // namespace firedrill
