#include "tests/codec/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill::event {
namespace {

using testing::ElementsAre;
using namespace std::string_view_literals;

// Payload, channel, id and delivery of each event.
struct Got {
  std::string payload;
  std::string channel;
  std::string id;
  std::uint32_t delivery = 0;
  bool operator==(const Got&) const = default;
};

void PrintTo(const Got& got, std::ostream* out) {
  *out << "[" << got.payload << "] on " << got.channel << ", id " << got.id << ", delivery "
       << got.delivery;
}

std::vector<Got> events_in(std::string_view stream) {
  const auto codec = make_codec("nats");
  codec->feed(as_bytes(stream));
  std::vector<Got> all;
  while (const auto piece = codec->next()) {
    if (const auto* event = std::get_if<Event>(&*piece)) {
      all.push_back({std::string(event->payload), std::string(event->channel),
                     std::string(event->id), event->delivery});
    }
  }
  EXPECT_FALSE(codec->failed());
  return all;
}

template <class Write>
std::string written(std::string_view stream, Write write) {
  const auto codec = make_codec("nats");
  codec->feed(as_bytes(stream));
  const auto piece = codec->next();
  return std::string(as_text(write(*codec, std::get<Event>(*piece))));
}

std::string encoded(std::string_view stream, std::string_view payload) {
  return written(stream, [payload](const Codec& codec, const Event& event) {
    return codec.encode(event, payload);
  });
}

std::string made(std::string_view stream, std::string_view payload) {
  return written(stream, [payload](const Codec& codec, const Event& event) {
    return codec.encode_new({.payload = payload}, event);
  });
}

// What goes on in the place of one line.
std::string instead_of(std::string_view line) {
  const auto codec = make_codec("nats");
  codec->feed(as_bytes(line));
  const auto piece = codec->next();
  const auto* rewritten = std::get_if<Rewritten>(&*piece);
  return std::string(as_text(rewritten != nullptr ? rewritten->instead : raw_of(*piece)));
}

TEST(Nats, HasWhatSubscribersGet) {
  EXPECT_THAT(events_in("MSG orders.new 9 5\r\nhello\r\nMSG a 1 reply.to 0\r\n\r\n"),
              ElementsAre(Got{"hello", "orders.new", ""}, Got{"", "a", ""}));
}

TEST(Nats, HasWhatPublishersSend) {
  EXPECT_THAT(events_in("PUB orders.new 5\r\nhello\r\npub a reply.to 1\r\nx\r\n"),
              ElementsAre(Got{"hello", "orders.new", ""}, Got{"x", "a", ""}));
}

TEST(Nats, KeepsHeadersOutOfThePayload) {
  EXPECT_THAT(events_in("HMSG a 1 12 14\r\nNATS/1.0\r\n\r\nhi\r\n"
                        "HPUB a 18 20\r\nNATS/1.0\r\nA: b\r\n\r\nhi\r\n"),
              ElementsAre(Got{"hi", "a", ""}, Got{"hi", "a", ""}));
}

TEST(Nats, HasTheHeadersOfAMessage) {
  const auto headers = [](std::string_view stream) {
    std::vector<std::pair<std::string, std::string>> all;
    written(stream, [&all](const Codec&, const Event& event) {
      for (const EventHeader& header : event.headers) all.emplace_back(header.name, header.value);
      return Bytes();
    });
    return all;
  };
  using Pair = std::pair<std::string, std::string>;
  EXPECT_THAT(
      headers("HMSG a 1 41 43\r\nNATS/1.0\r\nTag: gold\r\nTag: tin\r\nEmpty:\r\n\r\nhi\r\n"),
      ElementsAre(Pair{"Tag", "gold"}, Pair{"Tag", "tin"}, Pair{"Empty", ""}));
  EXPECT_THAT(headers("MSG a 1 2\r\nhi\r\n"), ElementsAre());
}

TEST(Nats, KnowsAMessageOfJetStreamByItsSequence) {
  EXPECT_THAT(events_in("MSG orders.new 1 $JS.ACK.ORDERS.worker.2.42.7.1699.0 1\r\nx\r\n"),
              ElementsAre(Got{"x", "orders.new", "ORDERS/42", 2}));
  EXPECT_THAT(
      events_in("MSG orders.new 1 $JS.ACK._.acc.ORDERS.worker.3.42.7.1699.0.rand 1\r\nx\r\n"),
      ElementsAre(Got{"x", "orders.new", "ORDERS/42", 3}));
  // What a pull consumer asked for comes to its inbox.
  EXPECT_THAT(events_in("MSG _INBOX.x 1 $JS.ACK.S.c.1.1.1.1.0 1\r\nx\r\n"),
              ElementsAre(Got{"x", "_INBOX.x", "S/1", 1}));
}

TEST(Nats, PassesTheProtocolsOwnTraffic) {
  EXPECT_THAT(events_in("INFO {}\r\nPING\r\nPONG\r\n+OK\r\n-ERR 'Slow Consumer'\r\n"
                        "MSG _INBOX.x 1 2\r\nok\r\nHMSG a 1 16 16\r\nNATS/1.0 408\r\n\r\n\r\n"),
              ElementsAre());
  EXPECT_THAT(events_in("CONNECT {\"a\": 1}\r\nSUB a q 1\r\nUNSUB 1 2\r\n"
                        "PUB $JS.ACK.S.c.1.1.1.1.0 4\r\n+ACK\r\nPUB $JS.API.INFO r 0\r\n\r\n"),
              ElementsAre());
}

TEST(Nats, PassesAMessageAboveTheBoundAndReadsTheNext) {
  const auto stream = "MSG a 1 9\r\n123456789\r\nMSG a 1 1\r\nx\r\n"sv;
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    const auto codec = make_codec("nats", {.max_event_bytes = 16});
    const auto seen = decode(*codec, {stream.substr(0, cut), stream.substr(cut)});
    ASSERT_EQ(seen.size(), 2u) << "cut at " << cut;
    EXPECT_EQ(seen[0], passed("MSG a 1 9\r\n123456789\r\n"));
    EXPECT_EQ(seen[1].payload, "x");
    EXPECT_EQ(codec->oversized(), 1u);
  }
}

TEST(Nats, FailsOnWhatIsNoLineOfIt) {
  const std::string_view kWrong[] = {
      "MSG a 1\r\n"sv,        "MSG a 1 b c d\r\n"sv, "MSG a 1 x\r\n"sv, "MSG a 1 1\r\nxx\r\n"sv,
      "HMSG a 1 3 2\r\nab"sv, "\x16\x3\1\n"sv,       "\r\n"sv,          "PINGS\r\n"sv};
  for (const auto wrong : kWrong) {
    const auto codec = make_codec("nats");
    EXPECT_THAT(decode(*codec, {wrong}), ElementsAre(passed(wrong)));
    EXPECT_TRUE(codec->failed()) << wrong;
    EXPECT_FALSE(codec->rewrites());
  }
}

TEST(Nats, FailsOnALineWithoutEnd) {
  const auto codec = make_codec("nats");
  decode(*codec, {std::string(100'000, 'x')});
  EXPECT_TRUE(codec->failed());
}

TEST(Nats, CountsTheBytesOfAnotherPayload) {
  EXPECT_EQ(encoded("MSG a 1 r 2\r\nhi\r\n", "hello"), "MSG a 1 r 5\r\nhello\r\n");
  EXPECT_EQ(encoded("HMSG a 1 12 14\r\nNATS/1.0\r\n\r\nhi\r\n", ""),
            "HMSG a 1 12 12\r\nNATS/1.0\r\n\r\n\r\n");
  EXPECT_EQ(encoded("PUB a 1\r\nx\r\n", "a\r\nb"), "PUB a 4\r\na\r\nb\r\n");
}

TEST(Nats, EncodesAMessageOfOnesOwnToTheSameReader) {
  EXPECT_EQ(made("MSG a 1 r 2\r\nhi\r\n", "x"), "MSG a 1 r 1\r\nx\r\n");
  EXPECT_EQ(made("HMSG a 1 12 14\r\nNATS/1.0\r\n\r\nhi\r\n", "x"), "MSG a 1 1\r\nx\r\n");
}

TEST(Nats, TakesOtherServersOutOfAnInfo) {
  EXPECT_EQ(
      instead_of("INFO {\"port\":4222,\"connect_urls\":[\"10.0.0.1:4222\",\"[::1]:4222\"],"
                 "\"ws_connect_urls\":[\"h:1\"],\"ip\":\"1.2.3.4\"}\r\n"),
      "INFO {\"port\":4222,\"connect_urls\":[],\"ws_connect_urls\":[],\"ip\":\"1.2.3.4\"}\r\n");
}

TEST(Nats, LeavesAnInfoWithoutOthersAsItIs) {
  for (const auto line : {"INFO {\"connect_urls\":[]}\r\n"sv, "INFO {\"port\":1}\r\n"sv,
                          "INFO {\"name\":\"connect_urls\",\"urls\":[\"a\"]}\r\n"sv}) {
    EXPECT_EQ(instead_of(line), line);
  }
}

}  // namespace
}  // namespace firedrill::event
