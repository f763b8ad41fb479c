#include "tests/session/streamed.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;

struct Unit {
  std::string text;
  bool is_event;
};

struct Recording {
  std::string_view name;
  std::string_view codec;
  std::vector<Unit> units;
};

std::string joined(const std::vector<Unit>& units) {
  std::string all;
  for (const Unit& unit : units) all += unit.text;
  return all;
}

// The first event without its last byte.
std::string unfinished(const std::vector<Unit>& units) {
  const auto event = std::ranges::find_if(units, &Unit::is_event);
  return event->text.substr(0, event->text.size() - 1);
}

const Recording kRecordings[] = {
    {"SseLf",
     "sse",
     {{": hello\n\n", false},
      {"id: 1\nevent: order\ndata: {\"n\":1}\n\n", true},
      {"retry: 5\n\n", false},
      {"data: a\ndata: b\n\n", true},
      {": hb\n\n", false},
      {"data: c\n\n", true}}},
    {"SseCrLf",
     "sse",
     {{"\xef\xbb\xbf", false},
      {"data: a\r\n\r\n", true},
      {": hb\r\n", false},
      {"id: 2\r\ndata: b\r\n\r\n", true},
      {"data: c\r\n\r\n", true}}},
    {"Ndjson",
     "ndjson",
     {{"{\"n\":1}\n", true},
      {"\n", false},
      {"{\"n\":2}\r\n", true},
      {" \n", false},
      {"[3]\n", true}}},
    {"Netstring", "netstring", {{"1:a,", true}, {"0:,", true}, {"3:b:c,", true}}},
    {"Redis",
     "redis",
     {{"+OK\r\n$3\r\na\r\n\r\n", false},
      {">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\na\r\n", true},
      {"*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\na\r\n%1\r\n$1\r\nk\r\n*0\r\n", false},
      {">4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$1\r\nc\r\n$2\r\n\r\n\r\n", true},
      {":1\r\n", false}}},
    {"WebSocket",
     "websocket",
     {{"\x81\1a", true},
      {"\x89\4ping", false},
      {"\x1\1b\x80\1c", true},
      {"\x82\x81\1\2\3\4x", true},
      {"\x88\2\3\xe8", false}}},
};

class Recorded : public testing::TestWithParam<Recording> {};

TEST_P(Recorded, PassesEveryByteAtOnceWhileNoRuleAsks) {
  const std::string text = joined(GetParam().units);
  for (std::size_t size = 1; size <= text.size(); ++size) {
    Streamed stream(GetParam().codec);
    for (std::size_t at = 0; at < text.size(); at += size) {
      stream.feed(std::string_view(text).substr(at, size));
      ASSERT_EQ(stream.text(), text.substr(0, at + size)) << "parts of " << size;
    }
    stream.finish();
    ASSERT_EQ(stream.text(), text);
  }
}

TEST_P(Recorded, PassesEveryByteWhenARuleAsksAndHitsNothing) {
  const std::string text = joined(GetParam().units) + unfinished(GetParam().units);
  const ActiveRules rules = only({.type = "stream.drop", .match = R"({"payload": "nothing"})"});
  for (std::size_t size = 1; size <= text.size(); ++size) {
    Streamed stream(GetParam().codec);
    stream.rules(rules);
    for (std::size_t at = 0; at < text.size(); at += size) {
      stream.feed(std::string_view(text).substr(at, size));
    }
    EXPECT_NE(stream.text(), text) << "an event that has not ended may still be hit";
    stream.finish();
    ASSERT_EQ(stream.text(), text) << "parts of " << size;
  }
}

// An event is hit when all of it comes while the rule is there, and is whole otherwise.
TEST_P(Recorded, SwitchingOnAndOffAnywhereTakesWholeEventsOrNone) {
  const std::string text = joined(GetParam().units);
  const std::string_view view = text;
  const ActiveRules dropping = only({.type = "stream.drop"});
  for (std::size_t on = 0; on <= text.size(); ++on) {
    for (std::size_t off = on; off <= text.size(); ++off) {
      Streamed stream(GetParam().codec);
      stream.feed(view.substr(0, on));
      stream.rules(dropping);
      stream.feed(view.substr(on, off - on));
      stream.rules(ActiveRules());
      stream.feed(view.substr(off));
      stream.finish();

      std::string expected;
      std::size_t begin = 0;
      for (const Unit& unit : GetParam().units) {
        const std::size_t end = begin + unit.text.size();
        if (!unit.is_event || begin < on || end > off) expected += unit.text;
        begin = end;
      }
      ASSERT_EQ(stream.text(), expected) << "on at " << on << ", off at " << off;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EventRelay, Recorded, testing::ValuesIn(kRecordings),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(EventRelay, DropTakesTheMatchedEventOnly) {
  EXPECT_EQ(through({.type = "stream.drop", .match = R"({"json": {"/n": 2}})"},
                    "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n", "ndjson"),
            "{\"n\":1}\n{\"n\":3}\n");
}

TEST(EventRelay, DropLeavesWhatIsNotTheEventsOwn) {
  const std::string_view message = "\x1\1a\x89\4ping\x80\1b";
  EXPECT_EQ(through({.type = "stream.drop"}, message, "websocket"), "\x89\4ping");
}

TEST(EventRelay, PassesWhatACodecRewritesWithAndWithoutARule) {
  const std::string_view info = "INFO {\"connect_urls\":[\"a:1\"]}\r\n";
  const std::string expected = "INFO {\"connect_urls\":[]}\r\n";
  EXPECT_EQ(through({.type = "stream.drop"}, info, "nats"), expected);
  for (std::size_t cut = 0; cut <= info.size(); ++cut) {
    Streamed stream("nats");
    stream.feed(info.substr(0, cut));
    stream.feed(info.substr(cut));
    ASSERT_EQ(stream.text(), expected) << "cut at " << cut;
  }
}

TEST(EventRelay, DuplicateRepeatsTheEventByteForByte) {
  EXPECT_EQ(through({.type = "stream.duplicate", .with = R"({"copies": 2})"},
                    ": hb\n\nid: 7\nx: y\ndata:a\n\n"),
            ": hb\n\nid: 7\nx: y\ndata:a\n\nid: 7\nx: y\ndata:a\n\nid: 7\nx: y\ndata:a\n\n");
}

TEST(EventRelay, CorruptChangesThePayloadAndKeepsTheFraming) {
  const EventFault empty{.type = "stream.corrupt", .with = R"({"kind": "empty"})"};
  EXPECT_EQ(through(empty, "id: 7\ndata: a\ndata: b\nevent: order\n\n"),
            "id: 7\ndata: \nevent: order\n\n");
  EXPECT_EQ(through(empty, "{\"n\":1}\r\n", "ndjson"), "\r\n");
}

TEST(EventRelay, PoisonInsteadKeepsIdAndTypeOfTheEvent) {
  EXPECT_EQ(through({.type = "stream.poison", .with = R"({"payload": "{poison"})"},
                    "event: order\r\nid: 7\r\ndata: {}\r\n\r\n"),
            "event: order\r\nid: 7\r\ndata: {poison\r\n\r\n");
}

TEST(EventRelay, PoisonBesideTheEventHasItsTypeAndNoId) {
  EXPECT_EQ(through({.type = "stream.poison", .with = R"({"payload": "p", "position": "before"})"},
                    "event: order\nid: 7\ndata: {}\n\n"),
            "event: order\ndata: p\n\nevent: order\nid: 7\ndata: {}\n\n");
  EXPECT_EQ(through({.type = "stream.poison", .with = R"({"payload": "p", "position": "after"})"},
                    "id: 7\ndata: {}\n\n"),
            "id: 7\ndata: {}\n\ndata: p\n\n");
  EXPECT_EQ(through({.type = "stream.poison", .with = R"({"payload": "p", "position": "after"})"},
                    "{}\n", "ndjson"),
            "{}\np\n");
}

TEST(EventRelay, BrokenFramingIsAroundTheEditedPayload) {
  Streamed stream("ndjson");
  stream.rules(active({make_rule({.type = "stream.corrupt", .with = R"({"framing": "join"})"}),
                       make_rule({.type = "stream.poison", .with = R"({"payload": "p"})"})}));
  stream.feed("{}\r\n[]\n");
  EXPECT_EQ(stream.text(), "pp");
}

TEST(EventRelay, PoisonInsteadMayHaveAnotherType) {
  EXPECT_EQ(through({.type = "stream.poison", .with = R"({"type": "other"})"},
                    "event: order\nid: 7\ndata: {}\n\n"),
            "event: other\nid: 7\ndata: {}\n\n");
}

TEST(EventRelay, ASkippedEventIsNotPoisonedAgain) {
  const auto rule = make_rule(
      {.type = "stream.poison", .with = R"({"payload": "p"})", .match = R"({"sticky": true})"});
  const auto replay = [&](std::uint64_t connection) {
    Streamed stream("sse", connection);
    stream.rules(active({rule}));
    stream.feed("id: 1\ndata: a\n\n");
    return stream.text();
  };
  EXPECT_EQ(replay(1), "id: 1\ndata: p\n\n");
  EXPECT_EQ(replay(2), "id: 1\ndata: p\n\n");
  rule->state->skip(rule->state->last_event);
  EXPECT_EQ(replay(3), "id: 1\ndata: a\n\n");
  rule->state->activate();
  EXPECT_EQ(replay(4), "id: 1\ndata: p\n\n");
}

TEST(EventRelay, ALaterEditWorksOnWhatTheEarlierMade) {
  Streamed stream("ndjson");
  stream.rules(active({make_rule({.type = "stream.poison", .with = R"({"payload": "[\"p\"]"})"}),
                       make_rule({.type = "stream.corrupt", .with = R"({"kind": "utf8"})"}),
                       make_rule({.type = "stream.duplicate"})}));
  stream.feed("{}\n");
  EXPECT_EQ(stream.text(), "[\"p\x80\"]\n[\"p\x80\"]\n");
}

TEST(EventRelay, DropWinsOverEditsAndCopies) {
  Streamed stream("ndjson");
  stream.rules(active({make_rule({.type = "stream.drop"}),
                       make_rule({.type = "stream.poison", .with = R"({"payload": "p"})"}),
                       make_rule({.type = "stream.duplicate"})}));
  stream.feed("{}\n");
  EXPECT_EQ(stream.text(), "");
}

TEST(EventRelay, WhatCanNotBeDoneIsCountedAsSkippedAndNotAsHit) {
  const auto rule = make_rule({.type = "stream.corrupt", .with = R"({"kind": "type_change"})"});
  Streamed stream("ndjson");
  stream.rules(active({rule}));
  stream.feed("no json\n1\n[]\n");
  EXPECT_THAT(stream.sent, ElementsAre(Sent{"no json\n"}, testing::Ne(Sent{"1\n"}), Sent{"[]\n"}));
  EXPECT_EQ(rule->state->matched, 3u);
  EXPECT_EQ(rule->state->hit, 1u);
  EXPECT_EQ(rule->state->skipped_format, 2u);
}

TEST(EventRelay, APoisonedEventStaysSoOnEveryConnection) {
  const auto rule = make_rule({.type = "stream.poison",
                               .with = R"({"payload": "p"})",
                               .match = R"({"sticky": true})",
                               .trigger = {.nth = {2}}});
  const auto replay = [&](std::uint64_t connection) {
    Streamed stream("sse", connection);
    stream.rules(active({rule}));
    stream.feed("id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n");
    return stream.text();
  };
  const std::string_view poisoned = "id: 1\ndata: a\n\nid: 2\ndata: p\n\nid: 3\ndata: c\n\n";
  EXPECT_EQ(replay(1), poisoned);
  EXPECT_EQ(replay(2), poisoned);
  rule->state->activate();
  rule->state->count.ordinal = 100;
  EXPECT_EQ(replay(3), "id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n");
}

TEST(EventRelay, ARuleEndsAtItsDeadlineByItself) {
  Streamed stream("ndjson");
  stream.rules(only({.type = "stream.drop", .deadline = kStart + 10ms}));
  stream.feed("a\n");
  stream.now += 10ms;
  stream.feed("b\n");
  EXPECT_EQ(stream.text(), "b\n");
}

TEST(EventRelay, ARuleForOtherStreamsHoldsNothingBack) {
  Streamed stream;
  stream.rules(only({.type = "stream.drop", .match = R"({"path": "/invoices"})"}));
  stream.feed("data: a\n\ndata: unfini");
  EXPECT_EQ(stream.text(), "data: a\n\ndata: unfini");
  stream.rules(only({.type = "stream.drop", .match = R"({"path": "/orders"})"}));
  stream.feed("shed\n\ndata: c\n\n");
  EXPECT_EQ(stream.text(), "data: a\n\ndata: unfinished\n\n");
}

TEST(EventRelay, AShareByConnectionTakesStreamsAsAWhole) {
  const auto rule =
      make_rule({.type = "stream.drop", .share = {.of = {0.5}, .by = Share::By::connection}});
  std::string taken;
  for (std::uint64_t connection = 1; connection <= 20; ++connection) {
    Streamed stream("ndjson", connection);
    stream.rules(active({rule}));
    stream.feed("a\nb\nc\n");
    const bool whole = stream.text() == "a\nb\nc\n";
    ASSERT_TRUE(whole || stream.text().empty()) << stream.text();
    const std::string subject = subject_of(rule->share, {.connection = connection}, 1, nullptr);
    EXPECT_EQ(!whole, rule->admit({.text = subject}, kStart).operator bool())
        << "other faults with this share decide so";
    taken += whole ? '-' : 'x';
  }
  EXPECT_THAT(taken, testing::AllOf(testing::HasSubstr("x"), testing::HasSubstr("-")));
}

TEST(EventRelay, CountsEventsAndWhenTheLastOneCame) {
  Streamed stream;
  stream.feed(": hb\n\n");
  EXPECT_EQ(stream.counters().stream_events, 0u);
  EXPECT_EQ(stream.counters().stream_last_event, 0);
  stream.feed("data: a\n\ndata: b\n\ndata: c");
  EXPECT_EQ(stream.counters().stream_events, 2u);
  EXPECT_GT(stream.counters().stream_last_event, 0);
}

TEST(EventRelay, AnEventTooLargeToHoldPassesUnreadAndIsCounted) {
  for (const std::string_view codec : {"sse", "ndjson"}) {
    Streamed stream(codec);
    stream.rules(only({.type = "stream.drop"}));
    const std::string part = "data: " + std::string(64_KiB, 'x');
    std::string all;
    for (int i = 0; i < 20; ++i) {
      stream.feed(part);
      all += part;
      ASSERT_LE(all.size() - stream.text().size(), 1_MiB + part.size());
    }
    EXPECT_EQ(stream.text(), all);
    EXPECT_EQ(stream.counters().stream_opaque_events, 1u);
  }
}

TEST(EventRelay, FinishingTwiceRepeatsNothing) {
  Streamed stream;
  stream.rules(only({.type = "stream.drop"}));
  stream.feed("data: a");
  stream.finish();
  stream.finish();
  EXPECT_EQ(stream.text(), "data: a");
}

}  // namespace
}  // namespace firedrill
