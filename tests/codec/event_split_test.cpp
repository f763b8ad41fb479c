// What every codec owes to every stream, however it is cut into reads.

#include "tests/codec/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace firedrill::event {
namespace {

using namespace std::string_view_literals;

struct Recording {
  std::string_view name;
  std::string_view codec;
  std::string_view stream;
  std::size_t events;
};

constexpr Recording kRecordings[] = {
    {"SseLf", "sse",
     ": welcome\n\nretry: 3000\n\nid: 1\nevent: order\ndata: {\"n\":1}\n\n: hb\n\n"
     "id: 2\ndata: {\ndata: \"n\":2}\n\ndata:\n\nid\n\ndata: {\"n\":3}\n\n",
     4},
    {"SseCrLf", "sse",
     "\xef\xbb\xbf: welcome\r\n\r\nid: 1\r\ndata: a\r\n\r\n\r\nretry: 5\r\n\r\n: hb\r\n"
     "data: b\r\ndata: c\r\n\r\n",
     2},
    {"SseCr", "sse", "data: a\r\r\r: hb\rid: 2\rdata: b\rdata: c\r\rid: 3\r\r", 2},
    {"SseMixed", "sse",
     "data: a\r\n\rdata: b\r\r\ndata: c\n\r\ndata: d\r\n\n\r\rdata: e\n\rdata: f\r\r\n\n\r", 6},
    {"SseNulAndHalfMark", "sse",
     "\xef\xbb"
     "data: a\n\nid: x\0y\ndata: b\n\n\xef\xbb\xbf"sv,
     1},
    {"SseUnfinished", "sse", "data: a\n\ndata: b\r\n\r", 1},
    {"Ndjson", "ndjson", "{\"n\":1}\n\n{\"n\":2}\r\n\r\n \n[3]\n{\"cut", 3},
    {"JsonSeq", "json-seq",
     "stray\n\x1e{\"n\":\n 1}\n\x1e\x1e[\"\\\"]\\\\\", 2]\r\n\n\x1e\n\x1e{\"torn\":\n"
     "\x1e\"cut\n\"\n\x1e 7 \n\x1e{\"left",
     3},
};

// Frames that say their length.
constexpr Recording kFramed[] = {
    {"LengthPrefixed", "length_prefixed", "\0\0\0\3abc\0\0\0\0\0\0\0\1x\0\0\0\5cut"sv, 3},
    {"LengthPrefixedWrong", "length_prefixed", "\0\0\0\1a\xff\0\0\1bc\0\0\0\1d"sv, 1},
    {"Varint", "varint", "\3abc\0\x81\0d\5cut"sv, 3},
    {"VarintWrong", "varint", "\1a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f\1b"sv, 1},
    {"Netstring", "netstring", "3:abc,0:,1:,,5:cut", 3},
    {"NetstringWithoutComma", "netstring", "1:a,1:b;1:c,", 1},
    {"WebSocket", "websocket",
     "\x81\2ab\x89\1p\x1\1c\x8a\0\0\0\x80\2de\x82\x83\1\2\3\4xyz"
     "\xc1\1z\x81\x7e\0\1f\x88\2\3\xe8\x81\5cut"sv,
     4},
    {"NatsToClient", "nats",
     "INFO {\"connect_urls\":[\"[::1]:1\"],\"max_payload\":9}\r\nPING\r\nMSG a.b 1 "
     "2\r\nhi\r\n+OK\r\n"
     "msg  a 1 $JS.ACK.S.C.2.7.9.0.0\t3\r\na\r\n\r\nHMSG a 1 12 14\r\nNATS/1.0\r\n\r\nhi\r\n"
     "HMSG a 1 16 16\r\nNATS/1.0 100\r\n\r\n\r\nMSG _INBOX.x 1 1\r\nx\r\nMSG a 1 9\r\ncut",
     3},
    {"NatsToServer", "nats",
     "CONNECT {\"verbose\": false}\r\nPUB a 0\r\n\r\nSUB a 1\r\nHPUB a r 12 "
     "14\r\nNATS/1.0\r\n\r\nhi\r\n"
     "PUB $JS.ACK.S.C.2.7.9.0.0 4\r\n+ACK\r\nPUB a 1\r\nx",
     2},
    {"NatsWrong", "nats", "MSG a 1 1\r\nx\r\nMSG a 1 1\r\nlong\r\nPING\r\n", 1},
    {"NatsUnknown", "nats", "MSG a 1 1\r\nx\r\nWHAT\r\nMSG a 1 1\r\nx\r\n", 1},
    {"RedisTwo", "redis",
     "+OK\r\n$4\r\na\r\nb\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n"
     "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$4\r\nx\r\ny\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\nc\r\n:0"
     "\r\n*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n*0\r\n*-1\r\n*1\r\n*2\r\n$1\r\ns\r\n*2\r\n"
     "*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$"
     "2\r\n\r\n\r\n"
     "-ERR\r\n*1\r\n$3\r\ncut",
     3},
    {"RedisThree", "redis",
     ">3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n,1.5\r\n#t\r\n_\r\n"
     ">4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$1\r\nc\r\n$2\r\nxy\r\n~1\r\n(12\r\n=5\r\ntxt:a\r\n"
     "%2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nt\r\n*0\r\n"
     "|1\r\n+a\r\n:1\r\n%1\r\n$1\r\na\r\n$1\r\nb\r\n!3\r\nERR\r\n",
     2},
    {"RedisWrong", "redis",
     ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$"
     "1\r\nlong\r\n:1\r\n",
     1},
    {"RedisUnknown", "redis", ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n@what\r\n>3\r\n", 1},
    {"WebSocketWrong", "websocket", "\x81\1a\x80\1b\x81\1c", 1},
    {"NetstringWithoutLength", "netstring", "1:a,:b,", 1},
};

class Recorded : public testing::TestWithParam<Recording> {
 protected:
  static SeenList read(const std::vector<std::string_view>& parts) {
    const auto codec = make_codec(GetParam().codec);
    return decode(*codec, parts);
  }
};

TEST_P(Recorded, HasItsEvents) {
  EXPECT_EQ(events_of(read({GetParam().stream})).size(), GetParam().events);
}

TEST_P(Recorded, ComesOutAsItWentIn) {
  EXPECT_EQ(joined(read({GetParam().stream})), GetParam().stream);
}

TEST_P(Recorded, GivesTheSamePiecesCutInThreeAnywhere) {
  const std::string_view stream = GetParam().stream;
  const SeenList whole = read({stream});
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); ++second) {
      const SeenList cut = read(
          {stream.substr(0, first), stream.substr(first, second - first), stream.substr(second)});
      ASSERT_EQ(cut, whole) << "cut at " << first << " and " << second;
    }
  }
}

TEST_P(Recorded, GivesTheSamePiecesByteByByte) {
  const std::string_view stream = GetParam().stream;
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < stream.size(); ++i) bytes.push_back(stream.substr(i, 1));
  EXPECT_EQ(read(bytes), read({stream}));
}

TEST_P(Recorded, ShowsWhatIsHeldBetweenTheParts) {
  const std::string_view stream = GetParam().stream;
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    const auto codec = make_codec(GetParam().codec);
    SeenList seen;
    feed(*codec, stream.substr(0, first), seen);
    ASSERT_EQ(joined(seen) + std::string(as_text(codec->held())), stream.substr(0, first));
    feed(*codec, stream.substr(first), seen);
    ASSERT_EQ(joined(seen) + std::string(as_text(codec->held())), stream) << "cut at " << first;
  }
}

std::string name_of(const testing::TestParamInfo<Recording>& instance) {
  return std::string(instance.param.name);
}

INSTANTIATE_TEST_SUITE_P(Streams, Recorded, testing::ValuesIn(kRecordings), name_of);
INSTANTIATE_TEST_SUITE_P(Framed, Recorded, testing::ValuesIn(kFramed), name_of);

TEST(Codecs, AreFoundByName) {
  for (const auto name : codec_names()) EXPECT_NE(make_codec(name), nullptr) << name;
  for (const auto name : tcp_codec_names()) EXPECT_NE(make_codec(name), nullptr) << name;
  EXPECT_EQ(make_codec("SSE"), nullptr);
  EXPECT_EQ(make_codec(""), nullptr);
}

TEST(Codecs, AreFoundByContentType) {
  EXPECT_EQ(codec_for_content_type("text/event-stream"), "sse");
  EXPECT_EQ(codec_for_content_type(" Text/Event-Stream ; charset=utf-8"), "sse");
  EXPECT_EQ(codec_for_content_type("application/x-ndjson"), "ndjson");
  EXPECT_EQ(codec_for_content_type("application/ndjson"), "ndjson");
  EXPECT_EQ(codec_for_content_type("application/jsonl"), "ndjson");
  EXPECT_EQ(codec_for_content_type("application/x-jsonlines"), "ndjson");
  EXPECT_EQ(codec_for_content_type("application/json-seq;a=b"), "json-seq");
  EXPECT_EQ(codec_for_content_type("application/json"), "");
  EXPECT_EQ(codec_for_content_type(""), "");
}

TEST(Identity, IsThatOfTheIdElseOfThePayload) {
  const auto with = [](std::string_view payload, std::string_view id) {
    return identity({.raw = {}, .payload = payload, .type = {}, .id = id});
  };
  EXPECT_EQ(with("a", "7"), with("b", "7"));
  EXPECT_NE(with("a", "7"), with("a", "8"));
  EXPECT_EQ(with("a", ""), with("a", ""));
  EXPECT_NE(with("a", ""), with("b", ""));
  EXPECT_NE(with("7", ""), with("a", "7"));
}

}  // namespace
}  // namespace firedrill::event
