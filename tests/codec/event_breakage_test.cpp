#include "proxy/codec/event/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace firedrill::event {
namespace {

using namespace std::string_literals;

// The image of the first event of `stream` when its framing is broken so.
std::string broken(std::string_view codec_name, std::string_view stream, std::string_view how) {
  const auto codec = make_codec(codec_name);
  codec->feed(as_bytes(stream));
  while (const auto piece = codec->next()) {
    const auto* event = std::get_if<Event>(&*piece);
    if (event == nullptr) continue;
    const auto bytes = codec->break_framing(*event, how);
    return bytes ? std::string(as_text(*bytes)) : "<nothing>";
  }
  return "<no event>";
}

TEST(SseBreakage, OmitsTheBlankLine) {
  EXPECT_EQ(broken("sse", "id: 1\r\ndata: a\r\n\r\n", "blank_line_omit"), "id: 1\r\ndata: a\r\n");
}

TEST(SseBreakage, TearsTheData) {
  EXPECT_EQ(broken("sse", "data: abcd\nid: 1\n\n", "newline_in_data"), "data: ab\ncd\nid: 1\n\n");
  EXPECT_EQ(broken("sse", "data:ab\r\n\r\n", "newline_in_data"), "data:a\r\nb\r\n\r\n");
  EXPECT_EQ(broken("sse", "data: a\n\n", "newline_in_data"), "<nothing>");
  EXPECT_EQ(broken("sse", "data:\n\n", "newline_in_data"), "<nothing>");
}

TEST(SseBreakage, PutsFieldsThatConsumersTripOver) {
  EXPECT_EQ(broken("sse", "id: 1\ndata: a\n\n", "bom_mid_stream"),
            "\xef\xbb\xbfid: 1\ndata: a\n\n");
  EXPECT_EQ(broken("sse", "id: 1\ndata: a\n\n", "id_nul"), "data: a\nid: \0\n\n"s);
  EXPECT_EQ(broken("sse", "data: a\n\n", "retry"), "retry: 99999999\ndata: a\n\n");
}

TEST(NdjsonBreakage, SplitsAndJoinsLines) {
  EXPECT_EQ(broken("ndjson", "[1,2]\n", "newline_in_event"), "[1\n,2]\n");
  EXPECT_EQ(broken("ndjson", "1\n", "newline_in_event"), "<nothing>");
  EXPECT_EQ(broken("ndjson", "[1]\r\n", "join"), "[1]");
  EXPECT_EQ(broken("ndjson", "[1]\r\n", "no_final_newline"), "[1]\r");
}

TEST(RedisBreakage, MisleadsTheParser) {
  const std::string_view message = ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n";
  EXPECT_EQ(broken("redis", message, "bulk_length"),
            ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nhi\r\n");
  EXPECT_EQ(broken("redis", message, "bad_type"), "@3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n");
  EXPECT_EQ(broken("redis", message, "missing_crlf"), ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi");
  EXPECT_EQ(broken("redis", ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$0\r\n\r\n", "bulk_length"),
            "<nothing>");
}

struct Sample {
  std::string_view codec;
  std::string_view stream;
};
constexpr Sample kSamples[] = {
    {"sse", "data: abc\n\n"},
    {"ndjson", "abc\n"},
    {"redis", ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$3\r\nabc\r\n"},
};

TEST(Breakage, IsOneThatTheCodecNames) {
  for (const auto& [name, stream] : kSamples) {
    EXPECT_EQ(broken(name, stream, "shred"), "<nothing>");
    for (const std::string_view how : make_codec(name)->abilities().breakages) {
      EXPECT_NE(broken(name, stream, how), "<nothing>") << how;
    }
  }
}

}  // namespace
}  // namespace firedrill::event
