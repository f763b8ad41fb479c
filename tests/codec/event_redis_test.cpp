#include "tests/codec/event_stream.h"
#include "tests/codec/redis_replies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace firedrill::event {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

// Type, channel, id and payload of each event.
using Got = std::vector<std::string>;

Got got(const Event& event) {
  return {std::string(event.type), std::string(event.channel), std::string(event.id),
          std::string(event.payload)};
}

std::vector<Got> events_in(std::string_view stream, const Options& options = {}) {
  const auto codec = make_codec("redis", options);
  codec->feed(as_bytes(stream));
  std::vector<Got> all;
  while (const auto piece = codec->next()) {
    if (const auto* event = std::get_if<Event>(&*piece)) all.push_back(got(*event));
    if (const auto* group = std::get_if<Group>(&*piece)) {
      for (const Event& event : group->events) all.push_back(got(event));
    }
  }
  EXPECT_FALSE(codec->failed());
  return all;
}

std::string text_of(ByteView bytes) {
  return std::string(as_text(bytes));
}

// The stream with its messages changed by `change`.
std::string rewritten(std::string_view stream,
                      const std::function<Bytes(const Codec&, const Event&)>& change) {
  const auto codec = make_codec("redis");
  codec->feed(as_bytes(stream));
  std::string all;
  while (const auto piece = codec->next()) {
    const auto* event = std::get_if<Event>(&*piece);
    all += event != nullptr ? text_of(change(*codec, *event)) : text_of(raw_of(*piece));
  }
  return all;
}

// What becomes of one entry.
using Fate = std::function<Outcome(const Codec&, const Event&)>;

Outcome kept(const Codec&, const Event& event) {
  return {Bytes(event.raw.begin(), event.raw.end())};
}
Outcome dropped(const Codec&, const Event&) {
  return {};
}
Outcome doubled(const Codec& codec, const Event& event) {
  return {kept(codec, event).front(), kept(codec, event).front()};
}
Fate with_payload(std::string payload) {
  return [payload = std::move(payload)](const Codec& codec, const Event& event) {
    return Outcome{codec.encode(event, payload)};
  };
}

// The reply that `reply` becomes by the fates of its entries.
std::string regrouped(std::string_view reply, const std::vector<Fate>& fates) {
  const auto codec = make_codec("redis");
  codec->feed(as_bytes(reply));
  const auto piece = codec->next();
  const auto& group = std::get<Group>(*piece);
  EXPECT_EQ(group.events.size(), fates.size());
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < fates.size(); ++i) {
    outcomes.push_back(fates[i](*codec, group.events[i]));
  }
  return text_of(codec->encode_group(group, outcomes));
}

const std::string kMessage = array({bulk("message"), bulk("news"), bulk("hi")});
const std::string kPushed = push({bulk("message"), bulk("news"), bulk("hi")});

TEST(Redis, HasMessagesThatArePushed) {
  const std::string by_pattern =
      push({bulk("pmessage"), bulk("n*"), bulk("news"), bulk("two\r\nlines")});
  const std::string sharded = push({bulk("smessage"), bulk("news"), bulk("")});
  EXPECT_THAT(
      events_in(kPushed + "+OK\r\n" + by_pattern + sharded),
      ElementsAre(Got{"message", "news", "", "hi"}, Got{"pmessage", "news", "", "two\r\nlines"},
                  Got{"smessage", "news", "", ""}));
}

TEST(Redis, SaysByWhichPatternAMessageCame) {
  const auto codec = make_codec("redis");
  const std::string message = push({bulk("pmessage"), bulk("n*"), bulk("news"), bulk("hi")});
  codec->feed(as_bytes(message));
  const auto piece = codec->next();
  const auto headers = std::get<Event>(*piece).headers;
  ASSERT_EQ(headers.size(), 1u);
  EXPECT_EQ(headers[0].name, "pattern");
  EXPECT_EQ(headers[0].value, "n*");
}

TEST(Redis, HasMessagesInArraysWhileSubscribed) {
  EXPECT_THAT(events_in(subscribed("news", 1) + kMessage + array({bulk("pong"), bulk("")}) +
                        "-ERR not now\r\n" + kMessage),
              ElementsAre(Got{"message", "news", "", "hi"}, Got{"message", "news", "", "hi"}));
}

// A list of three strings is the reply to somebody's LRANGE.
TEST(Redis, TakesNoReplyForAMessage) {
  EXPECT_THAT(events_in(kMessage), IsEmpty());
  EXPECT_THAT(events_in(subscribed("news", 1) + unsubscribed("news", 0) + kMessage), IsEmpty());
  const std::string sharded = array({bulk("ssubscribe"), bulk("news"), ":1\r\n"});
  const std::string none = array({bulk("punsubscribe"), "$-1\r\n", ":0\r\n"});
  EXPECT_THAT(events_in(sharded + none + kMessage), testing::SizeIs(1));
}

// A script may return what looks like a confirmation; what comes then can't be for a subscriber.
TEST(Redis, IsNotSubscribedWhereOtherRepliesCome) {
  for (const std::string reply :
       {"+OK\r\n", ":1\r\n", "$-1\r\n", "*0\r\n", "*-1\r\n", "*1\r\n$1\r\nx\r\n", "%0\r\n"}) {
    EXPECT_THAT(events_in(subscribed("news", 1) + reply + kMessage), IsEmpty()) << reply;
  }
}

TEST(Redis, HasTheEntriesOfStreams) {
  const std::string entries = array({entry("7-0", "a"), entry("7-1", "b")});
  const std::string more = array({entry("7-0", "c")});
  const auto expected = ElementsAre(Got{"entry", "orders", "orders/7-0", "a"},
                                    Got{"entry", "orders", "orders/7-1", "b"},
                                    Got{"entry", "bills", "bills/7-0", "c"});
  EXPECT_THAT(events_in(array({array({bulk("orders"), entries}), array({bulk("bills"), more})})),
              expected);
  EXPECT_THAT(events_in(map({bulk("orders"), entries, bulk("bills"), more})), expected);
}

TEST(Redis, TakesTheLongestValueOfAnEntryForItsPayload) {
  const std::string fields = array({bulk("kind"), bulk("sale"), bulk("data"), bulk("{\"n\":1}"),
                                    bulk("more"), bulk("{\"n\":2}")});
  const std::string reply = map({bulk("s"), array({array({bulk("1-0"), fields})})});
  EXPECT_THAT(events_in(reply), ElementsAre(Got{"entry", "s", "s/1-0", "{\"n\":1}"}));
  const auto codec = make_codec("redis");
  codec->feed(as_bytes(reply));
  const auto piece = codec->next();
  const Event& event = std::get<Group>(*piece).events.front();
  ASSERT_EQ(event.headers.size(), 3u);
  EXPECT_EQ(event.headers[0].name, "kind");
  EXPECT_EQ(event.headers[0].value, "sale");
  EXPECT_EQ(event.headers[2].value, "{\"n\":2}");
}

// XRANGE, a claim, a claim in a transaction, a hash, an empty history, a deleted entry alone.
TEST(Redis, PassesWhatIsNoReplyToARead) {
  const std::string one = entry("1-0", "a");
  const std::string deleted = array({bulk("1-0"), "*-1\r\n"});
  EXPECT_THAT(events_in(array({one, one})), IsEmpty());
  EXPECT_THAT(events_in(array({bulk("0-0"), array({one}), "*0\r\n"})), IsEmpty());
  EXPECT_THAT(events_in(array({array({bulk("0-0"), array({one})})})), IsEmpty());
  EXPECT_THAT(events_in(map({bulk("a"), bulk("b")})), IsEmpty());
  EXPECT_THAT(events_in(array({array({bulk("s"), "*0\r\n"})})), IsEmpty());
  EXPECT_THAT(events_in(array({array({bulk("s"), array({deleted})})})), IsEmpty());
}

TEST(Redis, HoldsNothingOfAReplyThatCarriesNoEvents) {
  for (const std::string_view reply : {"$100\r\nabc", "*5\r\n$1\r\na\r\n$", "*2\r\n:1\r\n:", "+OK",
                                       "~3\r\n:1\r\n", "%1\r\n:1\r\n"}) {
    const auto codec = make_codec("redis");
    codec->feed(as_bytes(reply));
    const auto piece = codec->next();
    ASSERT_TRUE(piece) << reply;
    EXPECT_EQ(as_text(raw_of(*piece)), reply);
    EXPECT_FALSE(codec->next());
  }
}

TEST(Redis, PassesAReplyAboveTheBoundAndReadsTheNext) {
  const std::string large = push({bulk("message"), bulk("c"), bulk(std::string(64, 'x'))});
  const std::string stream = large + kPushed;
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    const auto codec = make_codec("redis", {.max_event_bytes = 64});
    const std::string_view view = stream;
    const auto seen = decode(*codec, {view.substr(0, cut), view.substr(cut)});
    ASSERT_EQ(seen.size(), 2u) << "cut at " << cut;
    EXPECT_EQ(seen[0], passed(large));
    EXPECT_EQ(seen[1].payload, "hi");
    EXPECT_EQ(codec->oversized(), 1u);
  }
}

TEST(Redis, FailsOnWhatIsNoReply) {
  std::string deep;
  for (int i = 0; i < 33; ++i) deep += "*1\r\n";
  for (const std::string& wrong :
       {std::string("GET a\r\n"), std::string("\x16\3\1"), std::string("$1\r\nab\r\n"),
        std::string("$x\r\n"), std::string("$-2\r\n"), std::string("*12345678901\r\n"),
        std::string("+OK\n"), std::string("$?\r\n"), std::string("%-1\r\n"), deep,
        "+" + std::string(100'000, 'x')}) {
    const auto codec = make_codec("redis");
    EXPECT_THAT(decode(*codec, {wrong}), ElementsAre(passed(wrong)));
    EXPECT_TRUE(codec->failed()) << wrong;
  }
}

TEST(Redis, ReadsAsDeepAsItMay) {
  std::string deep;
  for (int i = 0; i < 32; ++i) deep += "*1\r\n";
  EXPECT_THAT(events_in(deep + ":1\r\n" + kPushed), testing::SizeIs(1));
}

TEST(Redis, CountsTheBytesOfAnotherPayload) {
  const auto longer = [](const Codec& codec, const Event& event) {
    return codec.encode(event, "hello");
  };
  const std::string expected = array({bulk("message"), bulk("news"), bulk("hello")});
  EXPECT_EQ(rewritten(subscribed("news", 1) + kMessage + kMessage, longer),
            subscribed("news", 1) + expected + expected);
  EXPECT_EQ(rewritten(push({bulk("pmessage"), bulk("n*"), bulk("news"), bulk("hi")}), longer),
            push({bulk("pmessage"), bulk("n*"), bulk("news"), bulk("hello")}));
}

TEST(Redis, MakesAMessageOfOnesOwnToTheSameChannel) {
  const auto made = [](const Codec& codec, const Event& event) {
    return codec.encode_new({.payload = "own"}, event);
  };
  EXPECT_EQ(rewritten(kPushed, made), push({bulk("message"), bulk("news"), bulk("own")}));
}

TEST(Redis, WritesAReplyWithWhatBecameOfItsEntries) {
  const std::string before =
      array({array({bulk("s"), array({entry("1-0", "a"), entry("1-1", "b"), entry("1-2", "c")})})});
  EXPECT_EQ(regrouped(before, {kept, kept, kept}), before);
  EXPECT_EQ(regrouped(before, {doubled, dropped, with_payload("longer")}),
            array({array({bulk("s"), array({entry("1-0", "a"), entry("1-0", "a"),
                                            entry("1-2", "longer")})})}));
}

TEST(Redis, KeepsOtherFieldsAndDeletedEntries) {
  const std::string deleted = array({bulk("1-0"), "*-1\r\n"});
  const auto reply = [&](std::string_view payload) {
    const std::string fields =
        array({bulk("kind"), bulk("x"), bulk("data"), bulk(payload), bulk("t"), bulk("9")});
    return map({bulk("s"), array({deleted, array({bulk("1-1"), fields})})});
  };
  EXPECT_EQ(regrouped(reply("body"), {with_payload("")}), reply(""));
}

TEST(Redis, LeavesAStreamOutThatHasNoEntryLeft) {
  const std::string first = array({entry("1-0", "a")});
  const std::string second = array({entry("2-0", "b")});
  EXPECT_EQ(
      regrouped(array({array({bulk("s"), first}), array({bulk("t"), second})}), {dropped, kept}),
      array({array({bulk("t"), second})}));
  EXPECT_EQ(regrouped(map({bulk("s"), first, bulk("t"), second}), {kept, dropped}),
            map({bulk("s"), first}));
}

TEST(Redis, SaysNullWhenNothingIsLeftToRead) {
  const std::string entries = array({entry("1-0", "a"), entry("1-1", "b")});
  EXPECT_EQ(regrouped(array({array({bulk("s"), entries})}), {dropped, dropped}), "*-1\r\n");
  EXPECT_EQ(regrouped(map({bulk("s"), entries}), {dropped, dropped}), "_\r\n");
}

// Both directions of a connection.
class Connection {
 public:
  void ask(std::initializer_list<std::string_view> words) {
    std::string request = "*" + std::to_string(words.size()) + "\r\n";
    for (const std::string_view word : words) request += bulk(word);
    ask_raw(request);
  }

  void ask_raw(std::string_view request) {
    SeenList seen;
    feed(*codecs_.request, request, seen);
    EXPECT_THAT(seen, ElementsAre(passed(request)));
  }

  SeenList answer(std::string_view reply) {
    SeenList seen;
    feed(*codecs_.response, reply, seen);
    EXPECT_EQ(joined(seen), reply);
    return events_of(seen);
  }

  // The ids of the entries that the answer has.
  std::vector<std::string> ids_in(std::string_view reply) {
    std::vector<std::string> ids;
    for (const Seen& seen : answer(reply)) ids.push_back(seen.id);
    return ids;
  }

 private:
  CodecPair codecs_ = make_codec_pair("redis");
};

const std::string kList = array({entry("1-0", "a"), entry("1-1", "b")});
const std::string kClaim = array({bulk("0-0"), array({entry("1-0", "a")}), "*0\r\n"});

TEST(RedisConnection, KnowsOfWhichStreamAListOfEntriesIs) {
  Connection connection;
  connection.ask({"xrange", "orders", "-", "+"});
  connection.ask({"XAUTOCLAIM", "bills", "g", "c", "0", "0"});
  EXPECT_THAT(connection.ids_in(kList), ElementsAre("orders/1-0", "orders/1-1"));
  EXPECT_THAT(connection.ids_in(kClaim), ElementsAre("bills/1-0"));
  EXPECT_THAT(connection.ids_in(kList), IsEmpty());
}

TEST(RedisConnection, CountsEveryOtherReply) {
  Connection connection;
  for (const std::string_view command : {"SET", "GET", "HGETALL", "LRANGE", "XPENDING"}) {
    connection.ask({command, "key", "x"});
  }
  connection.ask({"XCLAIM", "orders", "g", "c", "0", "1-0"});
  connection.answer("+OK\r\n$-1\r\n" + map({bulk("a"), bulk("b")}) + kMessage);
  connection.answer(kPushed);
  EXPECT_THAT(connection.ids_in("|1\r\n+ttl\r\n:1\r\n" + kList + kList),
              ElementsAre("orders/1-0", "orders/1-1"));
}

TEST(RedisConnection, TakesAnErrorForTheReply) {
  Connection connection;
  connection.ask({"XRANGE", "orders", "-", "+"});
  connection.ask({"LRANGE", "list", "0", "-1"});
  connection.answer("-WRONGTYPE\r\n");
  EXPECT_THAT(connection.ids_in(kList), IsEmpty());
}

TEST(RedisConnection, GivesUpCountingWhereRequestsHaveNoReplyOfTheirOwn) {
  for (const std::string_view command :
       {"SUBSCRIBE", "psubscribe", "MONITOR", "PSYNC", "REPLCONF"}) {
    Connection connection;
    connection.ask({command, "x"});
    connection.answer("+OK\r\n");
    connection.ask({"XRANGE", "orders", "-", "+"});
    EXPECT_THAT(connection.ids_in(kList), IsEmpty()) << command;
  }
  Connection silent;
  silent.ask({"CLIENT", "REPLY", "OFF"});
  silent.ask({"XRANGE", "orders", "-", "+"});
  EXPECT_THAT(silent.ids_in(kList), IsEmpty());
  Connection typed;
  typed.ask_raw("PING\r\n");
  typed.answer("+PONG\r\n");
  typed.ask({"XRANGE", "orders", "-", "+"});
  EXPECT_THAT(typed.ids_in(kList), IsEmpty());
}

TEST(RedisConnection, ReadsRequestsHoweverTheyAreCut) {
  const std::string requests =
      "*2\r\n" + bulk("ECHO") + bulk("*2\r\n$1") + "*0\r\n*2\r\n" + bulk("XRANGE") + bulk("orders");
  for (std::size_t cut = 1; cut < requests.size(); ++cut) {
    Connection connection;
    connection.ask_raw(requests.substr(0, cut));
    connection.ask_raw(requests.substr(cut));
    connection.answer(bulk("*2\r\n$1"));
    ASSERT_EQ(connection.answer(kList).size(), 2u) << "cut at " << cut;
  }
}

TEST(Redis, WritesAListWithWhatBecameOfItsEntries) {
  const auto written = [](std::string_view request, std::string_view reply, const Fate& fate) {
    const CodecPair codecs = make_codec_pair("redis");
    const std::string asked = array({bulk(request), bulk("s")});
    codecs.request->feed(as_bytes(asked));
    while (codecs.request->next()) continue;
    codecs.response->feed(as_bytes(reply));
    const auto piece = codecs.response->next();
    const auto& group = std::get<Group>(*piece);
    std::vector<Outcome> outcomes;
    for (const Event& event : group.events) outcomes.push_back(fate(*codecs.response, event));
    return text_of(codecs.response->encode_group(group, outcomes));
  };
  EXPECT_EQ(written("XRANGE", kList, with_payload("x")),
            array({entry("1-0", "x"), entry("1-1", "x")}));
  EXPECT_EQ(written("XRANGE", kList, dropped), "*0\r\n");
  EXPECT_EQ(written("XAUTOCLAIM", kClaim, doubled),
            array({bulk("0-0"), array({entry("1-0", "a"), entry("1-0", "a")}), "*0\r\n"}));
  EXPECT_EQ(written("XAUTOCLAIM", kClaim, dropped), array({bulk("0-0"), "*0\r\n", "*0\r\n"}));
}

}  // namespace
}  // namespace firedrill::event
